package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.control.NumberField;
import io.granular.app.harness.Fx;
import io.granular.app.modules.EngineAnalysis;
import io.granular.app.modules.ModulesScreen.Measuring;
import io.granular.app.session.Sampling;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideRun;
import io.granular.app.settings.ThemeChoice;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.local.AppFolders;
import io.granular.engine.studio.local.LocalEngine;
import io.granular.engine.studio.local.ModelLibrary;
import io.granular.engine.studio.local.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import javafx.scene.control.Button;
import javafx.scene.control.ScrollPane;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first comparison on the bundled model, with real workers. */
class RealEngineTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  /** Few, for time; the README's picture has 20: {@code -Dgranular.test.steps=20}. */
  private static final int STEPS = Integer.getInteger("granular.test.steps", 6);

  @TempDir
  Path folder;

  @Test
  void aNewcomersFirstComparison() {
    AppFolders folders = new AppFolders(folder.resolve("data"), folder.resolve("engine-cache"));
    LocalEngine engine =
        new LocalEngine(new ModelLibrary(), WorkerSettings.standard(folders), folders);
    try (StudioHarness studio = new StudioHarness(engine, folder)) {
      Session session = studio.session();
      Fx.await("the model and both plans", PATIENCE, studio::ready);
      studio.theme(ThemeChoice.DARK);
      Fx.run(() -> session.side(Side.A)
          .settings()
          .set(session.side(Side.A)
              .settings()
              .get()
              .withSampling(Sampling.MODEL_DEFAULT.withSteps(STEPS))));
      assertThat(session.prompt().get()).isNotBlank();

      studio.press(KeyCode.F5);
      Fx.await("both pictures", PATIENCE,
          () -> session.upToDate(Side.A) && session.upToDate(Side.B) || studio.visible(".notice"));
      assertThat(studio.texts(".notice .label")).isEmpty();
      studio.compared();
      studio.pointAtStage(0.6, 0.5);
      studio.snapshot("real-comparison");

      SideRun fp32 = Fx.get(() -> session.side(Side.A).shown().get());
      SideRun int8 = Fx.get(() -> session.side(Side.B).shown().get());
      assertThat(int8.result().bytes().total()).isLessThan(fp32.result().bytes().total() / 2);
      // PNDM evaluates the network once more than it has steps.
      assertThat(fp32.result().previews()).hasSize(STEPS + 1);
      assertThat(studio.texts("#score-psnr").getFirst()).matches("\\d+\\.\\d\u00a0dB");
    }
  }

  @Test
  void theModulesOfTheBundledModelWithTheirBytes() {
    AppFolders folders = new AppFolders(folder.resolve("data"), folder.resolve("engine-cache"));
    LocalEngine engine =
        new LocalEngine(new ModelLibrary(), WorkerSettings.standard(folders), folders);
    try (StudioHarness studio = new StudioHarness(engine, folder)) {
      Fx.await("the model and both plans", PATIENCE, studio::ready);
      Fx.await("drafts", PATIENCE, () -> studio.visible("#weights-B"));
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      PlanSummary before = modules.planned(Side.B, "w8a8-dynamic");
      assertThat(modules.leaves()).isEqualTo(before.modules().size());
      assertThat(modules.cell("unet/conv_in", "shape")).isEqualTo("96×4×3×3");
      // 96 * 36 weights and 96 biases: stored in fp16, held in bf16 by the first rule.
      assertThat(modules.cell("unet/conv_in", "bytes")).isEqualTo("7.10 → 7.10\u00a0kB");

      modules.select("unet/mid_block/resnets.0/conv1");
      Fx.await("its weights", PATIENCE,
          () -> studio.texts("#weight-moments").getFirst().contains("deviation"));
      modules.choose("edit-weights", "int4");
      modules.choose("edit-activations", "none");
      Fx.await("planned", PATIENCE,
          () -> modules.plan(Side.B)
              .modules()
              .stream()
              .anyMatch(m -> m.module().equals("unet.mid_block.resnets.0.conv1")
                  && m.scheme().equals("int4 per_axis")));
      PlanSummary after = modules.planned(Side.B, "edited");
      assertThat(after.weights()).isLessThan(before.weights());
      studio.theme(ThemeChoice.LIGHT);
      studio.snapshot("real-modules");
    }
  }

  @Test
  void trainedInterruptedResumedComparedAndOpened() {
    AppFolders folders = new AppFolders(folder.resolve("data"), folder.resolve("engine-cache"));
    LocalEngine engine =
        new LocalEngine(new ModelLibrary(), WorkerSettings.standard(folders), folders);
    try (StudioHarness studio = new StudioHarness(engine, folder)) {
      Fx.await("the model and both plans", PATIENCE, studio::ready);
      studio.theme(ThemeChoice.DARK);
      TrainHarness train = new TrainHarness(studio);
      studio.click("#nav-train");
      train.segment("#train-unit", 1);
      train.number("#train-steps", (double) Integer.getInteger("granular.test.train-steps", 12));
      Fx.await("an estimate", PATIENCE,
          () -> studio.text("#train-estimate-state").equals("estimated"));
      studio.snapshot("real-train-estimate");
      train.press("#train-start");
      Fx.await("the first step", PATIENCE, () -> studio.text("#train-count").contains("step")
          || studio.visible("#train-failure"));
      assertThat(studio.visible("#train-failure")).isFalse();
      train.press("#train-pause");
      Fx.await("paused", PATIENCE, () -> studio.text("#train-state").equals("Paused"));
      studio.snapshot("real-train-paused");
    }
    LocalEngine next =
        new LocalEngine(new ModelLibrary(), WorkerSettings.standard(folders), folders);
    try (StudioHarness studio = new StudioHarness(next, folder)) {
      Session session = studio.session();
      Fx.await("the model and both plans", PATIENCE, studio::ready);
      Fx.run(() -> session.side(Side.A)
          .settings()
          .set(session.side(Side.A)
              .settings()
              .get()
              .withSampling(Sampling.MODEL_DEFAULT.withSteps(STEPS))));
      TrainHarness train = new TrainHarness(studio);
      studio.click("#nav-train");
      Fx.await("offered", PATIENCE, () -> studio.visible(".train-resume"));
      studio.snapshot("real-train-interrupted");
      train.press(".train-resume");
      Fx.await("trained", PATIENCE, () -> studio.visible("#train-result")
          || studio.visible("#train-failure"));
      assertThat(studio.visible("#train-failure")).isFalse();
      Fx.await("the pictures", PATIENCE, () -> !studio.texts("#train-likeness").isEmpty()
          && studio.texts("#train-likeness").getFirst().startsWith("PSNR"));
      studio.snapshot("real-train-done");
      assertThat(studio.texts("#train-result .value").get(1)).endsWith("less");

      train.press("#train-compare");
      Fx.await("both pictures", PATIENCE,
          () -> session.upToDate(Side.A) && session.upToDate(Side.B)
              || studio.visible(".notice.error"));
      assertThat(studio.texts(".notice.error .label")).isEmpty();
      studio.compared();
      SideRun untrained = Fx.get(() -> session.side(Side.A).shown().get());
      SideRun trained = Fx.get(() -> session.side(Side.B).shown().get());
      assertThat(trained.result().bytes()).as("the same integers' worth")
          .isEqualTo(untrained.result().bytes());
      assertThat(studio.texts("#score-psnr").getFirst()).as("they differ")
          .matches("\\d+\\.\\d\u00a0dB");
      studio.snapshot("real-train-compared");
      studio.click("#nav-train");
      train.press("#train-open");
      Fx.await("opened", PATIENCE,
          () -> session.model().get().contains("trained") && session.info().get() != null);
    }
  }

  @Test
  void measuredCalibratedAndBudgeted() {
    AppFolders folders = new AppFolders(folder.resolve("data"), folder.resolve("engine-cache"));
    LocalEngine engine =
        new LocalEngine(new ModelLibrary(), WorkerSettings.standard(folders), folders);
    try (StudioHarness studio = new StudioHarness(engine,
        new Measuring(new EngineAnalysis(engine)), folder, Locale.ENGLISH)) {
      Session session = studio.session();
      Fx.await("the model and both plans", PATIENCE, studio::ready);
      Fx.await("drafts", PATIENCE, () -> studio.visible("#weights-B"));
      ModulesHarness modules = new ModulesHarness(studio).open(Side.B);
      modules.select("unet/mid_block/resnets.0/conv1");
      studio.click("#modules-divergence");
      studio.click("#divergence-measure");
      Fx.await("the divergence", PATIENCE, () -> studio.visible("#divergence .divergence-chart"));
      studio.snapshot("real-divergence");
      studio.click("#modules-divergence");

      studio.click("#budget-measure");
      Fx.await("measured and solved", PATIENCE, () -> studio.visible("#budget-answer"));
      Fx.settle();
      String before = studio.texts("#budget-answer").getFirst();
      assertThat(before).startsWith("Estimated: ");
      studio.point("#budget-slider", 0.5, 0.5);
      studio.drag(-50, 0);
      Fx.await("another answer", PATIENCE,
          () -> !studio.texts("#budget-answer").getFirst().equals(before));
      Fx.settle();
      studio.theme(ThemeChoice.DARK);
      studio.snapshot("real-budget");
      Fx.run(() -> studio.find("#budget-use", Button.class).fire());
      PlanSummary plan = modules.planned(Side.B, "budget-");
      assertThat(plan.kernels().keySet()).anyMatch(kernel -> kernel.contains("weight-only"));
      Fx.run(() -> session.side(Side.A)
          .settings()
          .set(session.side(Side.A)
              .settings()
              .get()
              .withSampling(Sampling.MODEL_DEFAULT.withSteps(4))));
      studio.press(KeyCode.F5);
      Fx.await("both pictures", PATIENCE,
          () -> session.upToDate(Side.A) && session.upToDate(Side.B) || studio.visible(".notice"));
      assertThat(studio.texts(".notice .label")).isEmpty();
      SideRun run = Fx.get(() -> session.side(Side.B).shown().get());
      assertThat(run.result().bytes().total()).isEqualTo(plan.weights() + plan.scales());

      studio.recipe(Side.B, "w8a8-static");
      modules.open(Side.B);
      modules.planned(Side.B, "w8a8-static");
      modules.select("unet/mid_block/resnets.0/conv1");
      Fx.run(() -> studio.find("#calibrate-modules-B", Button.class).fire());
      Fx.settle();
      Fx.run(() -> ((NumberField) studio.inPopup("#calibrate-samples")).value().set(32.0));
      studio.popupClick("#calibrate-start");
      Fx.await("calibrated", PATIENCE, () -> studio.visible("#ranges-histogram"));
      studio.popupClose();
      PlanSummary.Ranges ranges = modules.planned(Side.B, "w8a8-static").ranges();
      assertThat(ranges.known()).isEqualTo(ranges.layers()).isPositive();
      assertThat(ranges.samples()).isEqualTo(32);
      assertThat(studio.texts("#inspector-decision").getFirst()).doesNotContain("not calibrated");
      Fx.run(() -> studio.find("#budget-fold", Button.class).fire());
      Fx.run(() -> studio.find(".inspector", ScrollPane.class).setVvalue(0.55));
      studio.snapshot("real-ranges");
    }
  }
}
