package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.harness.Fx;
import io.granular.app.session.Side;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.RunOutcome;
import java.nio.file.Path;
import javafx.scene.control.Button;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cancelling, failing, hanging. */
class TroubleTest {
  @TempDir
  Path folder;

  private final FakeEngine engine = new FakeEngine();

  @Test
  void escapeCancelsTheRunAndWhatWaits() {
    engine.holdAfter(5);
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      studio.press(KeyCode.F5);
      Fx.await("a live preview", () -> studio.session().side(Side.A).picture().get() != null);
      Fx.await("held", () -> studio.texts(".run-strip .muted").contains("Step 5 of 20"));
      assertThat(studio.text(".count-badge")).isEqualTo("2");
      studio.press(KeyCode.ESCAPE);
      studio.idle();
      assertThat(engine.requests()).hasSize(1);
      studio.click("#nav-jobs");
      assertThat(studio.texts(".job-card .badge")).containsOnly("Cancelled");
      assertThat(studio.visible(".empty-stage")).isFalse();
    }
  }

  @Test
  void aFailedRunStaysWithItsReasonAndLogAndTheOtherSideGoesOn() {
    engine.fail("fp32", new RunOutcome.Failed("The worker ended: out of memory.",
        "Choose a smaller size.", "line 1\nline 2"));
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      studio.press(KeyCode.F5);
      Fx.await("B finished", () -> studio.session().upToDate(Side.B));
      studio.idle();
      assertThat(studio.texts(".notice .label")).contains("Side A failed: FP32",
          "The worker ended: out of memory.", "Choose a smaller size.");
      assertThat(engine.requests()).extracting(RunRequest::recipe)
          .containsExactly("fp32", "w8a8-dynamic");
      studio.click("#nav-jobs");
      assertThat(studio.texts(".job-card .badge")).contains("Failed");
      assertThat(studio.texts(".job-card .note")).contains("The worker ended: out of memory.");
      assertThat(Fx.get(() -> studio.log())).isEqualTo("line 1\nline 2");
    }
  }

  @Test
  void notesTakeOneLineUntilTheyAreOpened() {
    engine.note("w8a8-dynamic", "First of all.", "And then.");
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      studio.press(KeyCode.F5);
      studio.compared();
      assertThat(Fx.get(() -> studio.text("#notes-B"))).isEqualTo("2 notes: First of all.");
      assertThat(studio.visible("#notes-A")).isFalse();
      assertThat(studio.visible(".notes .note")).isFalse();
      Fx.run(() -> ((Button) studio.stage().getScene().lookup("#notes-B")).fire());
      assertThat(studio.texts(".side-b .note")).containsExactly("First of all.", "And then.");
      Fx.run(() -> ((Button) studio.stage().getScene().lookup("#notes-B")).fire());
      assertThat(studio.visible(".notes .note")).isFalse();
    }
  }

  @Test
  void aModelThatCannotBeOpenedLeavesTheOneInUse() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      Fx.run(() -> studio.studio().open("/models/broken"));
      Fx.await("a notice", () -> studio.stage().getScene().lookup(".notice") != null);
      assertThat(studio.texts(".notice .title")).contains("broken could not be opened");
      assertThat(Fx.get(() -> studio.session().model().get())).isEqualTo("demo");
      studio.click("#nav-models");
      assertThat(studio.texts(".model-card .note").getFirst()).contains("config.json is missing");
    }
  }

  @Test
  void anotherModelBringsItsOwnPromptUnlessOneWasWritten() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      Fx.run(() -> studio.studio().open("/models/harbour"));
      Fx.await("opened", () -> studio.session().model().get().equals("/models/harbour"));
      assertThat(Fx.get(() -> studio.session().prompt().get())).isEqualTo("a photo of a harbour");
      Fx.run(() -> studio.session().prompt().set("mine"));
      Fx.run(() -> studio.studio().open("demo"));
      Fx.await("opened", () -> studio.session().model().get().equals("demo"));
      assertThat(Fx.get(() -> studio.session().prompt().get())).isEqualTo("mine");
    }
  }

  /** If any of these called the engine on the JavaFX thread, that thread would never answer. */
  @Test
  void anEngineThatHangsDoesNotFreezeTheWindow() {
    engine.hang();
    try (StudioHarness studio = new StudioHarness(engine, folder)) {
      for (ScreenName screen : ScreenName.values()) {
        studio.click("#nav-" + screen.key());
      }
      studio.click("#nav-compare");
      studio.press(KeyCode.F5);
      engine.wake();
      studio.opened();
      engine.hang();
      studio.press(KeyCode.F5);
      Fx.await("asked to run", () -> studio.visible(".run-strip"));
      studio.recipe(Side.B, "w8");
      studio.press(KeyCode.D);
      studio.press(KeyCode.ESCAPE);
      assertThat(studio.visible(".run-strip")).as("still asking").isTrue();
      engine.wake();
      studio.idle();
      studio.click("#nav-jobs");
      assertThat(studio.texts(".job-card .badge")).containsOnly("Cancelled");
    }
  }
}
