package io.granular.app;

import io.granular.app.control.ChoiceBox;
import io.granular.app.fake.FakeEngine;
import io.granular.app.fx.Background;
import io.granular.app.harness.Fx;
import io.granular.app.modules.ModulesScreen;
import io.granular.app.session.Folders;
import io.granular.app.session.PlanState;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.settings.ThemeChoice;
import io.granular.app.text.Texts;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.store.Png;
import io.granular.engine.studio.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javafx.geometry.Bounds;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.SnapshotParameters;
import javafx.scene.control.Button;
import javafx.scene.control.Labeled;
import javafx.scene.control.TextArea;
import javafx.scene.control.Tooltip;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.paint.Color;
import javafx.scene.robot.Robot;
import javafx.stage.PopupWindow;
import javafx.stage.Stage;
import javafx.stage.Window;

/** A whole studio on the fake engine, driven as a person would: by mouse and keys. */
final class StudioHarness implements AutoCloseable {
  private final Engine engine;
  private final Studio studio;
  private final Stage stage;
  private final Robot robot;

  StudioHarness(Engine engine, Path folder) {
    this(engine, folder, Locale.ENGLISH);
  }

  StudioHarness(Engine engine, Path folder, Locale locale) {
    this(engine, ModulesScreen.Measuring.NONE, folder, locale);
  }

  StudioHarness(Engine engine, ModulesScreen.Measuring measuring, Path folder, Locale locale) {
    this.engine = engine;
    stage = Fx.get(() -> {
      Stage created = new Stage();
      created.setX(0);
      created.setY(0);
      created.setWidth(1440);
      created.setHeight(900);
      return created;
    });
    studio = Fx.get((Callable<Studio>) () -> new Studio(engine, measuring, Background.create(),
        new Folders(folder.resolve("config"), folder.resolve("cache")), Texts.of(locale), stage));
    robot = Fx.get(Robot::new);
    Fx.settle();
  }

  Studio studio() {
    return studio;
  }

  Stage stage() {
    return stage;
  }

  Session session() {
    return studio.session();
  }

  /** Waits until the model is open and the plans are known. */
  StudioHarness opened() {
    Fx.await("the model and both plans", this::ready);
    Fx.settle();
    return this;
  }

  /** Whether the model is open and the plans are known; call on the JavaFX thread. */
  boolean ready() {
    return session().info().get() != null && planned(Side.A) && planned(Side.B);
  }

  private boolean planned(Side side) {
    return session().side(side).plan().get() instanceof PlanState.Ready;
  }

  /** Waits until both sides show a finished run and its metrics. */
  StudioHarness compared() {
    Fx.await("both sides finished", () -> session().side(Side.A).shown().get() != null
        && session().side(Side.B).shown().get() != null
        && session().side(Side.B).live().get() == null);
    Fx.await("metrics shown", () -> !text("#score-psnr").equals("–"));
    Fx.settle();
    return this;
  }

  /** Waits until the difference view shows the pictures' difference. */
  void awaitDifference() {
    Fx.await("difference painted", () -> text(".legend .above").contains("%"));
    Fx.settle();
  }

  void theme(ThemeChoice choice) {
    Fx.run(() -> studio.theme().choice().set(choice));
    Fx.settle();
  }

  <T extends Node> T find(String selector, Class<T> type) {
    Node node = stage.getScene().lookup(selector);
    if (node == null) {
      throw new AssertionError("no " + selector);
    }
    return type.cast(node);
  }

  /** The text of a label; call on the JavaFX thread. */
  String text(String selector) {
    return find(selector, Labeled.class).getText();
  }

  /** The texts of all matching labels that can be seen, in the order of the scene. */
  List<String> texts(String selector) {
    return Fx.get(() -> stage.getScene()
        .getRoot()
        .lookupAll(selector)
        .stream()
        .filter(StudioHarness::seen)
        .map(node -> ((Labeled) node).getText())
        .toList());
  }

  /** Whether a matching node can be seen. */
  boolean visible(String selector) {
    return Fx.get(() -> stage.getScene()
        .getRoot()
        .lookupAll(selector)
        .stream()
        .anyMatch(StudioHarness::seen));
  }

  /** The zoom as the toolbar says it. */
  String zoom() {
    return texts(".zoom-level").getFirst();
  }

  /** The pixel under the cursor as the readout says it. */
  String readout() {
    return texts("#readout-place").getFirst();
  }

  /** The first log on the screen; call on the JavaFX thread. */
  String log() {
    return find(".text-area.log", TextArea.class).getText();
  }

  void recipe(Side side, String id) {
    Fx.run(() -> session().side(side)
        .settings()
        .set(session().side(side).settings().get().withRecipe(id)));
    Fx.settle();
  }

  /** Waits until nothing runs. */
  void idle() {
    Fx.await("nothing runs", () -> find("#run", Node.class).getStyleClass().contains("accent"));
    Fx.settle();
  }

  void click(String selector) {
    Point2D middle = Fx.get(() -> middle(find(selector, Node.class)));
    moveTo(middle);
    Fx.run(() -> robot.mouseClick(MouseButton.PRIMARY));
    Fx.settle();
  }

  void click(Supplier<Node> node) {
    Point2D middle = Fx.get(() -> middle(node.get()));
    moveTo(middle);
    Fx.run(() -> robot.mouseClick(MouseButton.PRIMARY));
    Fx.settle();
  }

  /** Moves the mouse to a place of the stage, given as shares of its size. */
  void pointAtStage(double shareX, double shareY) {
    moveTo(Fx.get(() -> {
      Bounds bounds = onScreen(find(".compare-stage", Node.class));
      return new Point2D(bounds.getMinX() + bounds.getWidth() * shareX,
          bounds.getMinY() + bounds.getHeight() * shareY);
    }));
  }

  /** Moves the mouse to a place of a node, given as shares of its size. */
  void point(String selector, double shareX, double shareY) {
    moveTo(Fx.get(() -> {
      Bounds bounds = onScreen(find(selector, Node.class));
      return new Point2D(bounds.getMinX() + bounds.getWidth() * shareX,
          bounds.getMinY() + bounds.getHeight() * shareY);
    }));
  }

  /** Clicks where the mouse is. */
  void pressMouse() {
    Fx.run(() -> robot.mouseClick(MouseButton.PRIMARY));
    Fx.settle();
  }

  void drag(double dx, double dy) {
    Fx.run(() -> {
      Point2D from = robot.getMousePosition();
      robot.mousePress(MouseButton.PRIMARY);
      robot.mouseMove(from.add(dx / 2, dy / 2));
      robot.mouseMove(from.add(dx, dy));
      robot.mouseRelease(MouseButton.PRIMARY);
    });
    Fx.settle();
  }

  void wheel(int notches) {
    Fx.run(() -> robot.mouseWheel(notches));
    Fx.settle();
  }

  void doubleClick() {
    Fx.run(() -> {
      robot.mouseClick(MouseButton.PRIMARY);
      robot.mouseClick(MouseButton.PRIMARY);
    });
    Fx.settle();
  }

  void press(KeyCode... keys) {
    Fx.run(() -> {
      for (int i = 0; i < keys.length - 1; i++) {
        robot.keyPress(keys[i]);
      }
      robot.keyType(keys[keys.length - 1]);
      for (int i = keys.length - 2; i >= 0; i--) {
        robot.keyRelease(keys[i]);
      }
    });
    Fx.settle();
  }

  /** One key after the other. */
  void type(KeyCode... keys) {
    for (KeyCode key : keys) {
      press(key);
    }
  }

  void hold(KeyCode key) {
    Fx.run(() -> robot.keyPress(key));
    Fx.settle();
  }

  void letGo(KeyCode key) {
    Fx.run(() -> robot.keyRelease(key));
    Fx.settle();
  }

  /** Writes what the window looks like to {@code target/snapshots}. */
  Path snapshot(String name) {
    Fx.settle();
    return write(name, Fx.get(() -> stage.getScene().snapshot(null)));
  }

  /** Writes what the open menu or popover looks like, and closes it. */
  void popupSnapshot(String name) {
    Fx.await("a popup", () -> popup() != null);
    Fx.settle();
    write(name, Fx.get(() -> {
      SnapshotParameters backdrop = new SnapshotParameters();
      backdrop.setFill(Color.gray(0.5));
      return popup().getScene().getRoot().snapshot(backdrop, null);
    }));
    Fx.run(() -> popup().hide());
    Fx.await("the popup closed", () -> popup() == null);
  }

  /** Presses a button of the open popover. */
  void popupClick(String selector) {
    Fx.run(() -> ((Button) inPopup(selector)).fire());
    Fx.settle();
  }

  /** Picks a value in a drop-down of the open popover. */
  void popupChoose(String selector, String id) {
    Fx.run(() -> {
      ChoiceBox box = (ChoiceBox) inPopup(selector);
      box.setValue(box.getItems()
          .stream()
          .filter(choice -> id.equals(choice.id()))
          .findFirst()
          .orElseThrow());
    });
    Fx.settle();
  }

  /** A part of the open popover; call on the JavaFX thread. */
  Node inPopup(String selector) {
    Node node = popup().getScene().lookup(selector);
    if (node == null) {
      throw new AssertionError("no " + selector + " in the popover");
    }
    return node;
  }

  /** Closes the popover, unless it has closed itself because what it hangs on is gone. */
  void popupClose() {
    Fx.run(() -> Optional.ofNullable(popup()).ifPresent(PopupWindow::hide));
    Fx.await("the popup closed", () -> popup() == null);
  }

  private static PopupWindow popup() {
    return Window.getWindows()
        .stream()
        .filter(Window::isShowing)
        .filter(PopupWindow.class::isInstance)
        .filter(window -> !(window instanceof Tooltip))
        .map(PopupWindow.class::cast)
        .reduce((_, last) -> last)
        .orElse(null);
  }

  private static Path write(String name, WritableImage image) {
    int width = (int) image.getWidth();
    int height = (int) image.getHeight();
    byte[] bgra = new byte[width * height * 4];
    image.getPixelReader()
        .getPixels(0, 0, width, height, PixelFormat.getByteBgraInstance(), bgra, 0, width * 4);
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < width * height; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[i * 3 + c] = bgra[i * 4 + 2 - c];
      }
    }
    try {
      Path folder = Files.createDirectories(Path.of("target/snapshots"));
      Path file = folder.resolve(name + ".png");
      Png.write(file, new RgbImage(width, height, rgb));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (engine instanceof FakeEngine fake) {
      fake.wake();
      fake.release();
    }
    CompletableFuture<Void> closed = new CompletableFuture<>();
    studio.whenClosed(() -> closed.complete(null));
    Fx.run(studio::close);
    closed.join();
  }

  private static boolean seen(Node node) {
    for (Node at = node; at != null; at = at.getParent()) {
      if (!at.isVisible()) {
        return false;
      }
    }
    return node.getScene() != null;
  }

  private void moveTo(Point2D place) {
    Fx.run(() -> robot.mouseMove(place));
    Fx.settle();
  }

  private static Point2D middle(Node node) {
    Bounds bounds = onScreen(node);
    return new Point2D(bounds.getCenterX(), bounds.getCenterY());
  }

  private static Bounds onScreen(Node node) {
    return node.localToScreen(node.getBoundsInLocal());
  }
}
