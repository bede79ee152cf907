package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.control.Segmented;
import io.granular.app.fake.FakeEngine;
import io.granular.app.fake.FakeMeasuring;
import io.granular.app.harness.Fx;
import io.granular.app.modules.ModulesScreen.Measuring;
import io.granular.app.session.Side;
import io.granular.app.settings.ThemeChoice;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.studio.CalibrationOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javafx.scene.control.Button;
import javafx.scene.control.Control;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calibration, measuring and budgets on the Jobs screen, and what calibration is asked for. */
class LongJobsTest {
  private static final CalibrationOutcome.Failed FAILED = new CalibrationOutcome.Failed(
      "The worker ended while observing unet.mid_block: out of memory.",
      "Take fewer samples.", "INFO opened demo\nERROR std::bad_alloc");

  @TempDir
  Path folder;

  private final FakeEngine engine = new FakeEngine();
  private final FakeMeasuring measuring = new FakeMeasuring();

  @Test
  void longWorkIsListedCountedAndCancelledThere() {
    try (StudioHarness studio = studio(Locale.ENGLISH)) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0/conv1");
      studio.click("#analyze");
      studio.click("#budget-measure");
      Fx.await("both", () -> measuring.started() && engine.working());
      Fx.await("counted", () -> studio.texts(".count-badge").equals(List.of("2")));
      studio.press(KeyCode.F5);
      studio.compared();
      studio.click("#nav-jobs");
      assertThat(studio.texts(".job-card .card-title")).containsExactlyInAnyOrder("W8A8 dynamic",
          "FP32", "Measure budget candidates", "Measure side B: W8A8 dynamic");
      assertThat(studio.texts(".job-card .badge.running"))
          .containsExactlyInAnyOrder("6 of 24", "32 of 128");
      assertThat(studio.texts(".job-card .muted")).contains("90.0\u00a0s left",
          "12.0\u00a0s left", "By block, quickly");
      Fx.run(() -> studio.find("#jobs-cancel-all", Button.class).fire());
      Fx.await("both cancelled", () -> measuring.cancelled() && !engine.working());
      Fx.await("told", () -> studio.texts(".job-card .badge.neutral")
          .equals(List.of("Cancelled", "Cancelled")));
      assertThat(studio.visible(".count-badge")).isFalse();
      Fx.run(() -> studio.find("#jobs-clear", Button.class).fire());
      assertThat(studio.visible(".empty-page")).isTrue();
      studio.click("#nav-modules");
      assertThat(studio.visible("#analyze")).as("it can be started again").isTrue();
    }
  }

  @Test
  void whatFailedStaysWithItsReasonAndLog() {
    try (StudioHarness studio = studio(Locale.ENGLISH)) {
      new ModulesHarness(studio).open(Side.B);
      studio.click("#analyze");
      Fx.await("started", measuring::started);
      measuring.fail("No such layer.", "Open the model again.", "at line 1");
      studio.recipe(Side.B, "w8a8-static");
      Fx.await("offered", () -> studio.visible("#calibrate-modules-B"));
      calibrate(studio);
      engine.failCalibration(FAILED);
      studio.popupClose();
      Fx.await("notices", () -> studio.texts(".notice .title")
          .containsAll(List.of("The calibration failed", "The modules could not be measured")));
      studio.click("#nav-jobs");
      assertThat(studio.texts(".job-card .badge.failed")).containsExactly("Failed", "Failed");
      assertThat(studio.texts(".job-card .note")).containsExactly(FAILED.message(),
          "No such layer.");
      assertThat(studio.texts(".job-card .label")).contains("Take fewer samples.",
          "Open the model again.");
      assertThat(Fx.get(studio::log)).isEqualTo(FAILED.log());
    }
  }

  @Test
  void aTextFileAndAFolderOfPicturesAreCalibratedOn() {
    try (StudioHarness studio = studio(Locale.ENGLISH)) {
      studio.recipe(Side.B, "w8a8-static");
      new ModulesHarness(studio).open(Side.B);
      Fx.await("offered", () -> studio.visible("#calibrate-modules-B"));
      Path prompts = folder.resolve("prompts.txt");
      open(studio);
      source(studio, 1);
      assertThat(Fx.get(() -> studio.inPopup("#calibrate-start").isDisabled()))
          .as("no file chosen yet")
          .isTrue();
      path(studio, "  " + prompts + " ");
      studio.popupClick("#calibrate-start");
      Fx.await("asked", () -> engine.calibrations().size() == 1);
      CalibrationRequest first = engine.calibrations().getFirst();
      assertThat(first.prompts()).isEqualTo(prompts);
      assertThat(first.images()).isNull();
      engine.finishWork();
      Fx.await("made", () -> !engine.working());
      studio.popupClose();

      open(studio);
      source(studio, 2);
      path(studio, folder.toString());
      studio.popupClick("#calibrate-start");
      Fx.await("asked again", () -> engine.calibrations().size() == 2);
      CalibrationRequest second = engine.calibrations().getLast();
      assertThat(second.images()).isEqualTo(folder);
      assertThat(second.prompts()).isNull();
      engine.finishWork();
      Fx.await("made", () -> !engine.working());
      source(studio, 0);
      studio.popupClick("#calibrate-start");
      Fx.await("asked once more", () -> engine.calibrations().size() == 3);
      assertThat(engine.calibrations().getLast().images())
          .as("a path that is not shown is not used")
          .isNull();
      studio.popupClose();
    }
  }

  @Test
  void mixedActivationsAreSaidInFull() {
    try (StudioHarness studio = studio(Locale.ENGLISH)) {
      studio.recipe(Side.B, "w8a8-static");
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0/conv1");
      modules.choose("edit-activations", "dynamic per_tensor");
      modules.planned(Side.B, "edited");
      studio.click("#nav-compare");
      assertThat(modules.chosen("activations-B")).isEqualTo("mostly static");
      String breakdown = Fx.get(() -> studio
          .find("#activations-B", Control.class)
          .getTooltip()
          .getText());
      assertThat(breakdown.lines())
          .satisfiesExactly(first -> assertThat(first).startsWith("static\u00a0×"),
              second -> assertThat(second).startsWith("dynamic per token\u00a0×"),
              third -> assertThat(third).isEqualTo("dynamic per tensor\u00a0×1"));
    }
  }

  @Test
  void pictures() {
    for (Locale locale : List.of(Locale.ENGLISH, Locale.of("ru"))) {
      try (StudioHarness studio = studio(locale)) {
        studio.theme(locale.equals(Locale.ENGLISH) ? ThemeChoice.DARK : ThemeChoice.LIGHT);
        new ModulesHarness(studio).open(Side.B);
        studio.recipe(Side.B, "w8a8-static");
        Fx.await("offered", () -> studio.visible("#calibrate-modules-B"));
        calibrate(studio);
        engine.failCalibration(FAILED);
        studio.popupClose();
        studio.click("#analyze");
        // Not by the mouse: a notice is in front of it.
        Fx.run(() -> studio.find("#budget-measure", Button.class).fire());
        Fx.await("measuring", engine::working);
        studio.press(KeyCode.F5);
        studio.compared();
        studio.click("#nav-jobs");
        studio.snapshot("jobs-long-" + locale.getLanguage());
        Fx.run(() -> studio.find("#jobs-cancel-all", Button.class).fire());
        Fx.await("cancelled", () -> !engine.working());
      }
    }
  }

  private StudioHarness studio(Locale locale) {
    return new StudioHarness(engine, new Measuring(measuring), folder, locale).opened();
  }

  private void calibrate(StudioHarness studio) {
    open(studio);
    studio.popupClick("#calibrate-start");
    Fx.await("calibrating", engine::working);
  }

  private static void open(StudioHarness studio) {
    Fx.run(() -> studio.find("#calibrate-modules-B", Button.class).fire());
    Fx.settle();
  }

  private static void source(StudioHarness studio, int index) {
    Fx.run(() -> ((ToggleButton) ((Segmented<?>) studio.inPopup("#calibrate-source"))
        .getChildren()
        .get(index)).fire());
    Fx.settle();
  }

  private static void path(StudioHarness studio, String path) {
    Fx.run(() -> ((TextField) studio.inPopup("#calibrate-path")).setText(path));
    Fx.settle();
  }
}
