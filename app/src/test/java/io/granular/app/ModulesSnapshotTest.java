package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.fake.FakeMeasuring;
import io.granular.app.harness.Fx;
import io.granular.app.modules.ModulesScreen.Measuring;
import io.granular.app.session.Side;
import io.granular.app.settings.ThemeChoice;
import io.granular.engine.studio.Analysis;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javafx.scene.control.Button;
import javafx.scene.control.Labeled;
import javafx.scene.control.ScrollPane;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures of the Modules screen in both themes, for people to look at. */
class ModulesSnapshotTest {
  @TempDir
  Path folder;

  private final FakeEngine engine = new FakeEngine();
  private final FakeMeasuring measuring = new FakeMeasuring();

  @ParameterizedTest
  @EnumSource(value = ThemeChoice.class, names = {"DARK", "LIGHT"})
  void editedAndMeasured(ThemeChoice theme) {
    try (StudioHarness studio = studio(Locale.ENGLISH)) {
      studio.theme(theme);
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      studio.snapshot("modules-" + theme.key() + "-plain");
      edit(studio, modules);
      studio.snapshot("modules-" + theme.key() + "-edited");

      Fx.run(() -> studio.session().side(Side.B).analysis().set(FakeMeasuring.analysis("demo")));
      modules.select("unet/mid_block/attentions.0/transformer_blocks.0/attn1/to_q");
      Fx.await("weights", () -> studio.texts("#weight-moments").getFirst().contains("deviation"));
      studio.click("#budget-measure");
      Fx.await("measuring", engine::working);
      studio.snapshot("modules-" + theme.key() + "-budget-measuring");
      engine.finishWork();
      Fx.await("solved", () -> studio.visible("#budget-answer")
          && !studio.texts("#budget-answer").getFirst().isEmpty());
      studio.snapshot("modules-" + theme.key() + "-budget");
      studio.click("#budget-fold");
      assertThat(studio.visible("#budget-slider")).isFalse();
      studio.click("#modules-colour");
      assertThat(studio.snapshot("modules-" + theme.key())).isNotEmptyFile();

      studio.click("#modules-heat-map");
      studio.point("#heat-map", 0.6, 0.4);
      assertThat(studio.texts("#heat-readout").getFirst()).endsWith("dB");
      studio.snapshot("modules-" + theme.key() + "-heat-map");
      studio.click("#nav-compare");
      studio.snapshot("modules-" + theme.key() + "-cards");
    }
  }

  @ParameterizedTest
  @EnumSource(value = ThemeChoice.class, names = {"DARK", "LIGHT"})
  void calibratedWithRangesAndDivergence(ThemeChoice theme) {
    Locale locale = theme == ThemeChoice.DARK ? Locale.ENGLISH : Locale.of("ru");
    try (StudioHarness studio = studio(locale)) {
      studio.theme(theme);
      studio.recipe(Side.B, "w8a8-static");
      Fx.await("offered", () -> studio.visible("#ranges-B"));
      studio.snapshot("calibration-" + theme.key() + "-card");
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0/conv1");
      Fx.await("empty", () -> studio.visible("#calibrate-inspector-B"));
      studio.snapshot("calibration-" + theme.key() + "-none");
      Fx.run(() -> studio.find("#calibrate-modules-B", Button.class).fire());
      Fx.settle();
      studio.popupClick("#calibrate-start");
      Fx.await("under way", engine::working);
      studio.popupSnapshot("calibration-" + theme.key() + "-panel");
      studio.snapshot("calibration-" + theme.key() + "-running");
      engine.finishWork();
      Fx.await("shown", () -> studio.visible("#ranges-histogram"));
      Fx.run(() -> studio.find("#budget-fold", Button.class).fire());
      Fx.run(() -> studio.find(".inspector", ScrollPane.class).setVvalue(0.55));
      studio.snapshot("calibration-" + theme.key() + "-ranges");
      Fx.run(() -> studio.find("#calibrate-modules-B", Button.class).fire());
      Fx.settle();
      Fx.await("its result", () -> !((Labeled) studio.inPopup("#calibrate-result")).getText()
          .isEmpty());
      Fx.settle();
      studio.popupSnapshot("calibration-" + theme.key() + "-panel-done");

      studio.click("#modules-divergence");
      studio.snapshot("divergence-" + theme.key() + "-none");
      Fx.run(() -> studio.session()
          .side(Side.B)
          .analysis()
          .set(new Analysis(List.of(), List.of(), FakeMeasuring.divergence())));
      studio.snapshot("divergence-" + theme.key());
    }
  }

  @Test
  void layersToBlameOnTheStage() {
    try (StudioHarness studio = studio(Locale.ENGLISH)) {
      studio.theme(ThemeChoice.DARK);
      studio.press(KeyCode.F5);
      studio.compared();
      studio.point(".step-curve", 0.5, 0.5);
      studio.pressMouse();
      assertThat(studio.visible(".contributors")).as("nothing was measured").isFalse();
      Fx.run(() -> studio.session().side(Side.B).analysis().set(FakeMeasuring.analysis("demo")));
      studio.pressMouse();
      assertThat(studio.texts(".contributors .heading"))
          .anyMatch(text -> text.startsWith("Noisiest layers at step 1"));
      studio.snapshot("modules-blame");
    }
  }

  @Test
  void russianInASmallWindow() {
    try (StudioHarness studio = studio(Locale.of("ru"))) {
      studio.theme(ThemeChoice.LIGHT);
      Fx.run(() -> {
        studio.stage().setWidth(1200);
        studio.stage().setHeight(720);
      });
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0/conv1");
      modules.choose("edit-weights", "int4");
      modules.planned(Side.B, "edited");
      studio.snapshot("modules-russian-small");
    }
  }

  private StudioHarness studio(Locale locale) {
    return new StudioHarness(engine, new Measuring(measuring), folder,
        locale).opened();
  }

  private static void edit(StudioHarness studio, ModulesHarness modules) {
    modules.select("unet/down_blocks.0/resnets.0", "unet/down_blocks.0/resnets.1");
    modules.choose("edit-weights", "int4");
    modules.choose("edit-granularity", "per_group 32");
    modules.choose("edit-activation-bits", "4");
    modules.select("unet/mid_block/attentions.0/transformer_blocks.0/attn1/to_q",
        "unet/mid_block/attentions.0/transformer_blocks.0/attn1/to_k",
        "unet/mid_block/attentions.0/transformer_blocks.0/attn1/to_v");
    modules.choose("edit-weights", "int6");
    modules.planned(Side.B, "edited");
    Fx.await("all edits planned", () -> studio.texts("#summary-state")
        .getFirst()
        .startsWith("estimated"));
  }
}
