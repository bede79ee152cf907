package io.granular.app;

import io.granular.app.compare.CompareScreen;
import io.granular.app.control.NoticePane;
import io.granular.app.control.Shortcut;
import io.granular.app.control.ShortcutGroup;
import io.granular.app.fx.Listening;
import io.granular.app.run.Comparison;
import io.granular.app.text.Texts;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javafx.application.Platform;
import javafx.beans.binding.IntegerBinding;
import javafx.beans.property.ObjectProperty;
import javafx.beans.value.ChangeListener;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitPane;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** The frame around the screens: bars, navigation, notices, keys. */
final class MainWindow {
  private static final double WIDTH = 1440;
  private static final double HEIGHT = 900;
  private static final double CARDS = 352;

  private final ObjectProperty<ScreenName> screen;
  private final Comparison comparison;
  private final CompareScreen compare;
  private final Map<ScreenName, ShortcutGroup> keys;
  private final KeyHelp help;
  private final SplitPane split = new SplitPane();
  private final Scene scene;

  /**
   * @param screen the open one
   * @param screens all others than the compare screen
   * @param keys of those others that have some
   * @param cards what stands beside the stage
   */
  MainWindow(ObjectProperty<ScreenName> screen, TopBar top, StatusBar status, CompareScreen compare,
      Map<ScreenName, Node> screens, Map<ScreenName, ShortcutGroup> keys, List<Node> cards,
      NoticePane notices, Comparison comparison, IntegerBinding activeJobs, Texts texts) {
    this.screen = screen;
    this.comparison = comparison;
    this.compare = compare;
    this.keys = keys;
    help = new KeyHelp(texts);
    Map<ScreenName, Node> all = new EnumMap<>(screens);
    all.put(ScreenName.COMPARE, compareWithCards(cards));

    StackPane content = new StackPane();
    Listening.follow(() -> content.getChildren().setAll(all.get(screen.get())), screen);
    BorderPane frame = new BorderPane(content);
    frame.setTop(top);
    frame.setBottom(status);
    frame.setLeft(new Navigation(screen, activeJobs, () -> help.toggle(allGroups()), texts));
    StackPane.setAlignment(notices, Pos.BOTTOM_RIGHT);
    StackPane root = new StackPane(frame, notices, help);
    root.getStyleClass().add("granular");
    scene = new Scene(root, WIDTH, HEIGHT);
    new Keyboard(scene, this::groups);
    scene.addEventFilter(KeyEvent.KEY_RELEASED, compare::keyReleased);
  }

  Scene scene() {
    return scene;
  }

  /** The width of the cards beside the stage, which stays when the window grows. */
  double cardsWidth() {
    return split.getWidth() * (1 - split.getDividerPositions()[0]);
  }

  /** Takes effect as soon as the window is laid out. */
  void setCardsWidth(double width) {
    Runnable divide = () -> split.setDividerPositions(1 - width / split.getWidth());
    if (split.getWidth() > 0) {
      divide.run();
      return;
    }
    split.widthProperty().addListener(new ChangeListener<>() {
      @Override
      public void changed(ObservableValue<? extends Number> observed, Number before, Number now) {
        split.widthProperty().removeListener(this);
        // After the layout that is under way, which would push the divider back.
        Platform.runLater(divide);
      }
    });
  }

  private Node compareWithCards(List<Node> cards) {
    VBox column = new VBox(12);
    column.getChildren().addAll(cards);
    column.getChildren().add(compare.differenceCard());
    column.getStyleClass().add("card-column");
    ScrollPane scroll = new ScrollPane(column);
    scroll.setFitToWidth(true);
    scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
    scroll.setMinWidth(CARDS - 24);
    scroll.setPrefWidth(CARDS);
    scroll.setMaxWidth(480);
    scroll.getStyleClass().add("card-scroll");
    SplitPane.setResizableWithParent(scroll, false);
    split.getItems().setAll(compare.node(), scroll);
    setCardsWidth(CARDS);
    return split;
  }

  /** The keys that work now. */
  private List<ShortcutGroup> groups() {
    if (help.isDisplay()) {
      return List.of(windowKeys());
    }
    if (screen.get() == ScreenName.COMPARE) {
      List<ShortcutGroup> groups = new ArrayList<>(compare.shortcuts());
      groups.addFirst(windowKeys());
      return groups;
    }
    ShortcutGroup own = keys.get(screen.get());
    return own == null ? List.of(windowKeys()) : List.of(windowKeys(), own);
  }

  private List<ShortcutGroup> allGroups() {
    List<ShortcutGroup> groups = new ArrayList<>(compare.shortcuts());
    groups.addFirst(windowKeys());
    groups.addAll(keys.values());
    return groups;
  }

  private ShortcutGroup windowKeys() {
    return new ShortcutGroup("keys.window", List.of(
        new Shortcut("F5", "keys.run", event -> event.getCode() == KeyCode.F5, true, this::run),
        new Shortcut("Esc", "keys.cancel", event -> event.getCode() == KeyCode.ESCAPE, true,
            this::escape),
        new Shortcut("?", "keys.help", MainWindow::question, false, this::help)));
  }

  private boolean run() {
    screen.set(ScreenName.COMPARE);
    comparison.run();
    return true;
  }

  private boolean escape() {
    if (help.isDisplay()) {
      help.hide();
      return true;
    }
    if (comparison.running().get()) {
      comparison.cancel();
      return true;
    }
    return false;
  }

  private boolean help() {
    help.toggle(allGroups());
    return true;
  }

  private static boolean question(KeyEvent event) {
    return Shortcut.unmodified(event) && (event.getText().equals("?")
        || (event.getCode() == KeyCode.SLASH && event.isShiftDown()));
  }
}
