package io.granular.app;

import io.granular.app.control.ChoiceBox;
import io.granular.app.control.NumberField;
import io.granular.app.control.Segmented;
import io.granular.app.fake.FakeEngine;
import io.granular.app.fake.FakeTraining;
import io.granular.app.harness.Fx;
import javafx.scene.Node;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.Labeled;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;

/** The Train screen as a person uses it. */
final class TrainHarness {
  private final StudioHarness studio;

  TrainHarness(StudioHarness studio) {
    this.studio = studio;
  }

  /** Opens the screen and waits for the estimate. */
  TrainHarness open() {
    studio.click("#nav-train");
    return estimated();
  }

  TrainHarness estimated() {
    Fx.await("an estimate",
        () -> !studio.text("#train-estimate-state").equals("working out…")
            && !studio.text("#train-estimate-state").equals("составляется…"));
    Fx.settle();
    return this;
  }

  /** Starts and waits for the engine to be asked. */
  FakeTraining start(FakeEngine engine) {
    int before = engine.trainings().size();
    press("#train-start");
    Fx.await("asked", () -> engine.trainings().size() > before);
    Fx.await("shown", () -> studio.visible("#train-run"));
    return engine.trainings().getLast();
  }

  /** Not by the mouse: it may have to be scrolled to. */
  void press(String selector) {
    Fx.run(() -> studio.find(selector, ButtonBase.class).fire());
    Fx.settle();
  }

  /** Chooses the button at that place of a row of joined buttons. */
  void segment(String selector, int index) {
    Fx.run(() -> ((ToggleButton) studio.find(selector, Segmented.class)
        .getChildren()
        .get(index)).fire());
    Fx.settle();
  }

  void number(String selector, Double value) {
    Fx.run(() -> studio.find(selector, NumberField.class).value().set(value));
    Fx.settle();
  }

  void type(String selector, String text) {
    Fx.run(() -> studio.find(selector, TextField.class).setText(text));
    Fx.settle();
  }

  void choose(String selector, String id) {
    Fx.run(() -> {
      ChoiceBox box = studio.find(selector, ChoiceBox.class);
      box.setValue(box.getItems()
          .stream()
          .filter(choice -> id.equals(choice.id()))
          .findFirst()
          .orElseThrow());
    });
    Fx.settle();
  }

  boolean disabled(String selector) {
    return Fx.get(() -> studio.find(selector, Node.class).isDisabled());
  }

  String text(String selector) {
    return Fx.get(() -> studio.find(selector, Labeled.class).getText());
  }
}
