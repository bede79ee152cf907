package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.fake.FakeMeasuring;
import io.granular.app.harness.Fx;
import io.granular.app.modules.EngineAnalysis;
import io.granular.app.modules.ModulesScreen.Measuring;
import io.granular.app.session.Side;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.nio.file.Path;
import java.util.Locale;
import javafx.scene.control.Button;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Editing module by module, on the fake engine. */
class ModulesTest {
  private static final String CONV1 = "unet.mid_block.resnets.0.conv1";

  @TempDir
  Path folder;

  private final FakeEngine engine = new FakeEngine();

  @Test
  void oneModuleIsOverriddenUndoneAndReset() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0/conv1");
      assertThat(modules.inspected()).isEqualTo(CONV1);
      assertThat(modules.chosen("edit-weights")).isEqualTo("8 bit");
      String before = studio.texts("#summary-bytes").getFirst();

      modules.choose("edit-weights", "int4");
      PlanSummary plan = modules.planned(Side.B, "w8a8-dynamic-edited");
      assertThat(ModulesHarness.module(plan, CONV1).scheme()).startsWith("int4");
      assertThat(plan.modules().stream().filter(m -> m.rule() == 0)).hasSize(1);
      assertThat(modules.cell("unet/mid_block/resnets.0/conv1", "weights")).isEqualTo("4 bit");
      assertThat(modules.cell("unet/mid_block/resnets.0", "weights")).isEqualTo("mixed");
      assertThat(studio.texts("#summary-bytes").getFirst()).isNotEqualTo(before);
      assertThat(studio.texts("#summary-peak").getFirst()).endsWith("(estimated)");

      studio.press(KeyCode.CONTROL, KeyCode.Z);
      modules.planned(Side.B, "w8a8-dynamic");
      Fx.await("back", () -> studio.session()
          .side(Side.B)
          .settings()
          .get()
          .recipe()
          .equals("w8a8-dynamic"));
      assertThat(modules.cell("unet/mid_block/resnets.0/conv1", "weights")).isEqualTo("8 bit");
      studio.press(KeyCode.CONTROL, KeyCode.SHIFT, KeyCode.Z);
      modules.planned(Side.B, "w8a8-dynamic-edited");
      assertThat(modules.cell("unet/mid_block/resnets.0/conv1", "weights")).isEqualTo("4 bit");

      studio.click("#edit-reset");
      Fx.await("reset", () -> studio.session()
          .side(Side.B)
          .settings()
          .get()
          .recipe()
          .equals("w8a8-dynamic"));
      assertThat(studio.visible("#edit-reset")).isFalse();
      assertThat(modules.inspected()).as("the selection stays").isEqualTo(CONV1);
    }
  }

  @Test
  void severalModulesAndGroupsAreEditedTogether() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/down_blocks.0/resnets.0/conv1", "unet/down_blocks.0/resnets.0/conv2");
      assertThat(studio.texts("#inspector-title")).containsExactly("2 modules");
      modules.choose("edit-weights", "int6");
      PlanSummary two = modules.planned(Side.B, "edited");
      assertThat(two.modules().stream().filter(m -> m.scheme().startsWith("int6"))).hasSize(2);

      modules.select("unet/mid_block");
      assertThat(modules.chosen("edit-activations")).isEqualTo("mixed");
      modules.choose("edit-weights", "int4");
      modules.choose("edit-activations", "none");
      Fx.await("planned", () -> modules.plan(Side.B).kernels().containsKey("int4-weight-only"));
      PlanSummary plan = modules.planned(Side.B, "edited");
      assertThat(ModulesHarness.below(plan, "unet.mid_block.")).hasSize(18);
      assertThat(plan.modules()).filteredOn(m -> m.module().contains("mid_block"))
          .filteredOn(m -> m.module().contains("norm"))
          .extracting(ModulePlan::decision)
          .containsOnly("kept");
      assertThat(modules.cell("unet/mid_block", "weights")).isEqualTo("mixed");
    }
  }

  @Test
  void searchAndFiltersNarrowAndKeepWhatIsOpenAndSelected() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      int all = modules.leaves();
      modules.select("unet/mid_block/resnets.0/conv1");
      studio.click("#module-search");
      studio.type(KeyCode.C, KeyCode.O, KeyCode.N, KeyCode.V, KeyCode.DIGIT1);
      int found = modules.leaves();
      assertThat(found).isPositive().isLessThan(all / 4);
      assertThat(modules.inspected()).isEqualTo(CONV1);

      studio.click("#filter-attention");
      assertThat(modules.leaves()).isZero();
      studio.click("#filter-attention");
      studio.click("#module-search");
      studio.press(KeyCode.CONTROL, KeyCode.A);
      studio.press(KeyCode.BACK_SPACE);
      assertThat(modules.leaves()).isEqualTo(all);
      assertThat(modules.cell("unet/mid_block/resnets.0/conv1", "kind")).isEqualTo("conv 3×3");

      studio.click("#filter-attention");
      modules.select("unet");
      studio.click(() -> studio.stage().getScene().lookup("#edit-method").lookup(".last"));
      PlanSummary plan = modules.planned(Side.B, "edited");
      assertThat(plan.modules().stream().filter(m -> m.scheme().endsWith("(qat)")))
          .as("only what the filter shows is edited")
          .isNotEmpty()
          .allMatch(m -> m.module().contains(".attn"));
      studio.click("#filter-attention");
      studio.click("#filter-overridden");
      assertThat(modules.leaves())
          .isEqualTo((int) plan.modules()
              .stream()
              .filter(m -> m.scheme().endsWith("(qat)"))
              .count());
    }
  }

  @Test
  void anEditedRecipeRunsAndGoesToTheOtherSide() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block");
      modules.choose("edit-weights", "int4");
      modules.planned(Side.B, "w8a8-dynamic-edited");
      studio.click("#modules-copy");
      modules.planned(Side.A, "w8a8-dynamic-edited");
      studio.press(KeyCode.F5);
      studio.compared();
      assertThat(engine.requests()).extracting(RunRequest::recipe)
          .allMatch(recipe -> recipe.contains("w8a8-dynamic-edited"));
      assertThat(studio.texts("#recipe-A")).containsExactly("W8A8 dynamic, edited");
      // A is edited on its own from here.
      studio.click("#edit-A");
      modules.select("unet/mid_block");
      Fx.await("A's draft", () -> studio.visible("#edit-weights"));
      modules.choose("edit-weights", "int3");
      Fx.await("A differs", () -> !studio.session()
          .side(Side.A)
          .settings()
          .get()
          .recipe()
          .equals(studio.session().side(Side.B).settings().get().recipe()));
    }
  }

  @Test
  void theLastSessionsEditsComeBack() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0/conv1");
      modules.choose("edit-weights", "int4");
      modules.planned(Side.B, "w8a8-dynamic-edited");
    }
    try (StudioHarness studio = new StudioHarness(new FakeEngine(), folder).opened()) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0/conv1");
      assertThat(modules.chosen("edit-weights")).isEqualTo("4 bit");
      studio.click("#edit-reset");
      modules.planned(Side.B, "w8a8-dynamic");
      Fx.await("reset to the recipe it came from", () -> studio.session()
          .side(Side.B)
          .settings()
          .get()
          .recipe()
          .equals("w8a8-dynamic"));
    }
  }

  @Test
  void quickControlsOfTheCardEditTheWholeSide() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      ModulesHarness modules = new ModulesHarness(studio);
      Fx.await("drafts", () -> studio.visible("#weights-B") && studio.visible("#weights-A"));
      assertThat(modules.chosen("weights-A")).isEqualTo("fp32");
      assertThat(studio.visible("#granularity-A")).as("floats have none").isFalse();
      modules.choose("weights-A", "int8");
      PlanSummary plan = modules.planned(Side.A, "fp32-edited");
      assertThat(ModulesHarness.module(plan, "unet.conv_in").scheme())
          .as("what practice keeps is kept")
          .isEqualTo("fp32");
      assertThat(ModulesHarness.module(plan, CONV1).scheme()).isEqualTo("int8 per_axis");

      modules.choose("activations-A", "dynamic per_tensor");
      Fx.await("activations", () -> modules.plan(Side.A)
          .kernels()
          .containsKey("onednn-int8-dynamic"));
      studio.click("#copy-recipe-A");
      modules.planned(Side.B, "fp32-edited");
    }
  }

  @Test
  void simulatedModulesAreCountedAndMarked() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0");
      modules.choose("edit-activation-bits", "4");
      PlanSummary plan = modules.planned(Side.B, "edited");
      assertThat(plan.modules().stream().filter(ModulePlan::simulated)).hasSize(2);
      assertThat(studio.texts("#summary-simulated")).containsExactly("simulated 2");
      assertThat(modules.cell("unet/mid_block/resnets.0/conv1", "kernel"))
          .isEqualTo("simulated · simulated");
      studio.click("#nav-compare");
      assertThat(studio.texts(".side-card.side-b .badge.simulated"))
          .containsExactly("simulated 2");
    }
  }

  @Test
  void measuringColoursRows() {
    FakeMeasuring measuring = new FakeMeasuring();
    try (StudioHarness studio =
        new StudioHarness(engine, new Measuring(measuring), folder, Locale.ENGLISH).opened()) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      assertThat(studio.visible("#modules-colour")).isFalse();
      studio.click("#analyze");
      Fx.await("started", measuring::started);
      studio.click("#analyze-cancel");
      Fx.await("cancelled", measuring::cancelled);
      studio.click("#analyze");
      measuring.finish();
      Fx.await("measured", () -> studio.session().side(Side.B).analysis().get() != null);
      Fx.settle();
      modules.select("unet/mid_block/resnets.0/conv1");
      assertThat(modules.cell("unet/mid_block/resnets.0/conv1", "sqnr")).matches("\\d+\\.\\d");
      assertThat(modules.cell("unet/mid_block/resnets.0/conv1", "sensitivity")).contains("e-");
      studio.click("#modules-heat-map");
      assertThat(studio.visible("#heat-map")).isTrue();
    }
  }

  @Test
  void divergenceIsMeasuredApartFromModules() {
    FakeMeasuring measuring = new FakeMeasuring();
    try (StudioHarness studio =
        new StudioHarness(engine, new Measuring(measuring), folder, Locale.ENGLISH).opened()) {
      new ModulesHarness(studio).open(Side.B);
      studio.click("#modules-divergence");
      assertThat(studio.visible("#divergence-measure")).as("nothing was measured").isTrue();
      studio.click("#divergence-measure");
      Fx.await("started", measuring::started);
      measuring.finish();
      Fx.await("measured", () -> studio.session().side(Side.B).analysis().get() != null);
      Fx.settle();
      assertThat(studio.visible("#divergence .divergence-chart")).isTrue();
      assertThat(studio.texts("#divergence-note").getFirst()).startsWith("B ends 13");
      assertThat(studio.visible("#modules-heat-map")).as("no module was measured").isFalse();
      studio.click("#analyze");
      measuring.finish();
      Fx.await("modules", () -> studio.visible("#modules-heat-map"));
      assertThat(studio.visible("#divergence .divergence-chart")).as("it stays").isTrue();
    }
  }

  @Test
  void aBudgetIsMeasuredSolvedAndUsedAsARecipe() {
    try (StudioHarness studio = new StudioHarness(engine, new Measuring(new FakeMeasuring()),
        folder, Locale.ENGLISH).opened()) {
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0/conv1");
      studio.click("#budget-measure");
      Fx.await("started", engine::working);
      Fx.await("its time left", () -> studio.texts("#budget .label").contains("12.0\u00a0s left"));
      studio.click("#budget-cancel");
      Fx.await("cancelled", () -> !engine.working());
      studio.click("#budget-measure");
      Fx.await("again", engine::working);
      engine.finishWork();
      Fx.await("solved", () -> studio.texts("#budget-answer")
          .stream()
          .anyMatch(text -> text.contains("32.0\u00a0MB")));

      Fx.settle();
      int solved = engine.budgets().size();
      studio.point("#budget-slider", 0.5, 0.5);
      studio.drag(-70, 0);
      Fx.await("solved while dragging", () -> engine.budgets().size() > solved);
      Fx.await("smaller", () -> studio.texts("#budget-answer")
          .getFirst()
          .matches(
              "Estimated: 2\\d.*"));
      assertThat(studio.texts("#budget-picks").getFirst()).contains("w8\u00a0×14",
          "w4-g32\u00a0×8");
      Fx.run(() -> studio.find("#budget-use", Button.class).fire());
      modules.planned(Side.B, "budget-2");
      assertThat(modules.cell("unet/mid_block/resnets.0/conv1", "weights")).isEqualTo("4 bit");
      assertThat(studio.session()
          .recipeName(studio.session()
              .side(Side.B)
              .settings()
              .get()
              .recipe()))
          .startsWith("Budget 2");

      modules.choose("edit-weights", "int6");
      modules.planned(Side.B, "edited");
      assertThat(modules.cell("unet/mid_block/resnets.0/conv1", "weights")).isEqualTo("6 bit");
      studio.click("#modules-undo");
      modules.planned(Side.B, "budget-2");
      studio.click("#modules-undo");
      modules.planned(Side.B, "w8a8-dynamic");
      assertThat(modules.cell("unet/mid_block/resnets.0/conv1", "weights")).isEqualTo("8 bit");
      studio.click("#modules-redo");
      modules.planned(Side.B, "budget-2");
    }
  }

  @Test
  void aStaticRecipeIsCalibratedAndItsRangesAreShown() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      assertThat(studio.visible("#ranges-B")).as("dynamic ranges need no calibration").isFalse();
      studio.recipe(Side.B, "w8a8-static");
      Fx.await("offered", () -> studio.visible("#ranges-B"));
      assertThat(studio.texts("#ranges-B").getFirst()).contains("not calibrated");
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0/conv1");
      Fx.await("what to do", () -> studio.texts("#ranges-empty").getFirst().contains("Calibrate"));

      Fx.run(() -> studio.find("#calibrate-inspector-B", Button.class).fire());
      Fx.settle();
      studio.popupChoose("#calibrate-observer", "entropy");
      PlanSummary edited = modules.planned(Side.B, "w8a8-static-edited");
      assertThat(edited.ranges().known()).isZero();
      studio.popupClick("#calibrate-start");
      Fx.await("asked", () -> engine.calibrations().size() == 1);
      studio.popupClick("#calibrate-cancel");
      Fx.await("cancelled", () -> !engine.working());
      studio.popupClick("#calibrate-start");
      Fx.await("asked again", () -> engine.calibrations().size() == 2);
      engine.finishWork();
      Fx.await("the plan knows them", () -> modules.plan(Side.B).ranges() != null
          && modules.plan(Side.B).ranges().known() > 0);
      studio.popupClose();
      Fx.await("shown", () -> studio.visible("#ranges-histogram"));
      assertThat(studio.texts("#ranges-facts").getFirst()).contains("-2.90", "6.60", "128 samples");
      assertThat(studio.visible("#ranges-steps")).isTrue();
      modules.select("unet/mid_block/resnets.0/norm1");
      assertThat(studio.visible("#ranges-histogram")).as("a norm is not quantized").isFalse();

      studio.press(KeyCode.F5);
      studio.compared();
      assertThat(engine.requests().getLast().calibration()).hasFileName("calibration.json");
    }
  }

  @Test
  void choosingARecipePlansItOnce() {
    try (StudioHarness studio = new StudioHarness(engine, folder).opened()) {
      Fx.await("drafts", () -> studio.visible("#weights-B"));
      assertThat(engine.plans()).containsExactlyInAnyOrder("fp32", "w8a8-dynamic");
      studio.recipe(Side.B, "w8");
      new ModulesHarness(studio).planned(Side.B, "w8");
      Fx.await("its draft", () -> studio.visible("#weights-B"));
      assertThat(engine.plans()).filteredOn("w8"::equals).hasSize(1);
    }
  }

  @Test
  void theEnginesAnalysisIsAskedAndItsEndHeard() {
    try (StudioHarness studio = new StudioHarness(engine, new Measuring(
        new EngineAnalysis(engine)), folder, Locale.ENGLISH).opened()) {
      new ModulesHarness(studio).open(Side.B);
      studio.click("#analyze");
      Fx.await("asked", () -> engine.analyses().size() == 1);
      assertThat(engine.analyses().getFirst().recipe()).isEqualTo("w8a8-dynamic");
      Fx.await("its end", () -> studio.visible("#analyze"));
    }
  }
}
