package io.granular.app.compare;

import io.granular.app.control.Shortcut;
import io.granular.app.control.ShortcutGroup;
import io.granular.app.picture.Difference;
import io.granular.app.run.Comparison;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import java.util.List;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;

/** The keys of the compare screen. */
final class StageKeys {
  private final StageModel model;
  private final Session session;
  private final Comparison comparison;
  private final CompareStage stage;

  StageKeys(StageModel model, Session session, Comparison comparison, CompareStage stage) {
    this.model = model;
    this.session = session;
    this.comparison = comparison;
    this.stage = stage;
  }

  List<ShortcutGroup> groups() {
    return List.of(new ShortcutGroup("keys.sides", sides()),
        new ShortcutGroup("keys.views", views()), new ShortcutGroup("keys.zoom", zoom()));
  }

  private List<Shortcut> sides() {
    return List.of(
        Shortcut.of("1", "keys.side-a", KeyCode.DIGIT1, () -> model.toggleSolo(Side.A)),
        Shortcut.of("2", "keys.side-b", KeyCode.DIGIT2, () -> model.toggleSolo(Side.B)),
        Shortcut.of("Space", "keys.reference", KeyCode.SPACE, () -> model.held().set(true)),
        Shortcut.of("C", "keys.swap", KeyCode.C, this::swap),
        Shortcut.of("← →", "keys.step-b", KeyCode.LEFT, () -> step(Side.B, -1)),
        hidden(KeyCode.RIGHT, false, () -> step(Side.B, 1)),
        new Shortcut("Shift+← →", "keys.step-a", event -> shifted(event, KeyCode.LEFT), false,
            () -> step(Side.A, -1)),
        hidden(KeyCode.RIGHT, true, () -> step(Side.A, 1)));
  }

  private List<Shortcut> views() {
    return List.of(Shortcut.of("W", "keys.wipe", KeyCode.W, () -> model.show(ViewMode.WIPE)),
        new Shortcut("Shift+W", "keys.turn", event -> shifted(event, KeyCode.W), false, this::turn),
        Shortcut.of("S", "keys.side-by-side", KeyCode.S, () -> model.show(ViewMode.SIDE_BY_SIDE)),
        Shortcut.of("B", "keys.blink", KeyCode.B, () -> model.show(ViewMode.BLINK)),
        Shortcut.of("O", "keys.onion", KeyCode.O, () -> model.show(ViewMode.ONION)),
        Shortcut.of("D", "keys.difference", KeyCode.D, () -> model.show(ViewMode.DIFFERENCE)),
        new Shortcut("+  −", "keys.gain", StageKeys::plus, false, () -> gain(2)),
        new Shortcut("", "", StageKeys::minus, false, () -> gain(0.5)));
  }

  private List<Shortcut> zoom() {
    return List.of(Shortcut.of("F", "keys.fit", KeyCode.F, model.viewport()::fit),
        new Shortcut("Ctrl+0", "keys.actual",
            event -> event.isShortcutDown()
                && (event.getCode() == KeyCode.DIGIT0 || event.getCode() == KeyCode.NUMPAD0),
            true, this::actualSize));
  }

  /** Called for every released key: the reference is shown only while its key is held. */
  void released(KeyEvent event) {
    if (event.getCode() == KeyCode.SPACE) {
      model.held().set(false);
    }
  }

  private void swap() {
    if (!comparison.running().get()) {
      session.swap();
    }
  }

  private boolean turn() {
    model.horizontal().set(!model.horizontal().get());
    return true;
  }

  private boolean step(Side side, int by) {
    session.side(side).stepRun(by);
    return true;
  }

  private boolean gain(double factor) {
    if (model.mode().get() != ViewMode.DIFFERENCE) {
      return false;
    }
    Difference now = model.difference().get();
    model.difference().set(now.withGain(now.gain() * factor));
    return true;
  }

  private boolean actualSize() {
    stage.placements()
        .stream()
        .findFirst()
        .ifPresent(place -> model.viewport().zoomAroundMiddle(place, 1));
    return true;
  }

  /** The other half of a pair that the help lists as one. */
  private static Shortcut hidden(KeyCode code, boolean shift, Runnable action) {
    return new Shortcut("", "",
        event -> event.getCode() == code && event.isShiftDown() == shift
            && Shortcut.unmodified(event),
        false, () -> {
          action.run();
          return true;
        });
  }

  private static boolean shifted(KeyEvent event, KeyCode code) {
    return event.getCode() == code && event.isShiftDown() && Shortcut.unmodified(event);
  }

  private static boolean plus(KeyEvent event) {
    return Shortcut.unmodified(event) && switch (event.getCode()) {
      case PLUS, ADD, EQUALS -> true;
      default -> event.getText().equals("+");
    };
  }

  private static boolean minus(KeyEvent event) {
    return Shortcut.unmodified(event) && switch (event.getCode()) {
      case MINUS, SUBTRACT -> true;
      default -> event.getText().equals("-");
    };
  }
}
