package io.granular.app.modules;

import io.granular.app.calibrate.Calibrations;
import io.granular.app.control.Notice;
import io.granular.app.control.Shortcut;
import io.granular.app.control.ShortcutGroup;
import io.granular.app.edit.Editors;
import io.granular.app.fx.Background;
import io.granular.app.fx.Listening;
import io.granular.app.jobs.LongJobs;
import io.granular.app.scheme.SideActions;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.Node;
import javafx.scene.control.SplitPane;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Every module of the opened model, and the editing of what happens to it. */
public final class ModulesScreen {
  private static final double INSPECTOR = 304;

  private final ModulesModel model;
  private final ModulesToolbar toolbar;
  private final BorderPane root = new BorderPane();

  /**
   * What can be measured about modules.
   *
   * @param analysis null if nothing can
   */
  public record Measuring(@Nullable AnalysisSource analysis) {
    /** Nothing. */
    public static final Measuring NONE = new Measuring(null);
  }

  /** What the middle of the screen shows. */
  enum View {
    TABLE, HEAT_MAP, DIVERGENCE
  }

  /** Everything wired together. */
  public ModulesScreen(Session session, Editors editors, SideActions actions, Engine engine,
      Calibrations calibrations, Background background, LongJobs jobs, Measuring measuring,
      Texts texts, Consumer<Notice> notices) {
    model = new ModulesModel(session, editors);
    ModuleWords words = new ModuleWords(texts);
    ModuleTable table = new ModuleTable(model, words);
    ObjectProperty<View> view = new SimpleObjectProperty<>(View.TABLE);
    Analyzer analyzer = measuring.analysis() == null
        ? null
        : new Analyzer(model, measuring.analysis(), background, jobs, texts, notices);

    List<Node> below = new ArrayList<>();
    below.add(new RangesCard(model, engine, calibrations, background, texts));
    below.add(new WeightsCard(model, engine, background, texts));
    if (analyzer != null) {
      below.add(new ScoreCard(model, texts));
    }
    BorderPane inspector = new BorderPane(new Inspector(model, words, below));
    if (analyzer != null) {
      inspector.setBottom(new BudgetCard(model,
          new BudgetModel(session, engine, background, jobs, texts, notices), texts));
    }
    inspector.setMinWidth(INSPECTOR - 24);
    inspector.setPrefWidth(INSPECTOR);
    inspector.setMaxWidth(440);
    SplitPane.setResizableWithParent(inspector, false);

    StackPane main = new StackPane(table);
    if (analyzer != null) {
      HeatMap map = new HeatMap(model, words, table::reveal);
      Node heat = heat(map, texts);
      Node divergence = new DivergencePane(model, analyzer, texts);
      Listening.onChange(() -> main.getChildren().setAll(switch (view.get()) {
        case TABLE -> table;
        case HEAT_MAP -> heat;
        case DIVERGENCE -> divergence;
      }), view);
    }
    main.setMinWidth(480);
    SplitPane split = new SplitPane(main, inspector);
    split.setDividerPositions(1 - INSPECTOR / 1264);

    toolbar = new ModulesToolbar(model, words);
    root.getStyleClass().add("modules");
    root.setTop(
        new VBox(new ModulesHeader(model, view, calibrations, actions::saveRecipe, analyzer, texts),
            toolbar));
    root.setCenter(split);
    root.setBottom(new SummaryBar(model, texts));
    for (Side side : Side.values()) {
      Listening.onChange(toolbar::count, editors.of(side).draft());
    }
  }

  /** The screen. */
  public Node node() {
    return root;
  }

  /** Shows a side's modules. */
  public void show(Side side) {
    model.side().set(side);
  }

  /** Its keys. */
  public ShortcutGroup shortcuts() {
    return new ShortcutGroup("keys.modules", List.of(
        key("Ctrl+Z", "keys.undo", event -> control(event, KeyCode.Z) && !event.isShiftDown(),
            () -> model.editor().undo()),
        key("Ctrl+Shift+Z", "keys.redo",
            event -> (control(event, KeyCode.Z) && event.isShiftDown())
                || control(event, KeyCode.Y),
            () -> model.editor().redo()),
        new Shortcut("Ctrl+F", "keys.find", event -> control(event, KeyCode.F), true, () -> {
          toolbar.find();
          return true;
        })));
  }

  private Node heat(HeatMap map, Texts texts) {
    BorderPane pane = new BorderPane(map);
    pane.setBottom(new HeatLegend(model, map.readout(), texts));
    return pane;
  }

  private static boolean control(KeyEvent event, KeyCode code) {
    return event.isShortcutDown() && event.getCode() == code;
  }

  private static Shortcut key(String keys, String text, Predicate<KeyEvent> matches,
      Runnable action) {
    return new Shortcut(keys, text, matches, false, () -> {
      action.run();
      return true;
    });
  }
}
