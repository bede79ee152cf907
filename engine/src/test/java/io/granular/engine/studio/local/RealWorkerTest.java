package io.granular.engine.studio.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.Grouping;
import io.granular.engine.analyze.Measure;
import io.granular.engine.metric.PictureMetrics;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.store.Png;
import io.granular.engine.studio.Analysis;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.BudgetAnswer;
import io.granular.engine.studio.BudgetOutcome;
import io.granular.engine.studio.BudgetRequest;
import io.granular.engine.studio.BudgetSolver;
import io.granular.engine.studio.ModuleRanges;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.RunOutcome.Cancelled;
import io.granular.engine.studio.RunOutcome.Finished;
import io.granular.engine.studio.Sensitivities;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way: this process, a worker with libtorch, the bundled model. */
@Timeout(300)
class RealWorkerTest {
  @TempDir
  private static Path folder;
  private static LocalEngine engine;

  @BeforeAll
  static void open() {
    AppFolders folders = TestEngines.folders(folder);
    engine =
        new LocalEngine(new ModelLibrary(), WorkerSettings.standard(folders), folders);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp32", "w8a8-dynamic"})
  void aRunDoesWhatThePlanSaid(String recipe) {
    PlanSummary plan = engine.plan("demo", recipe);
    List<RunProgress> heard = new CopyOnWriteArrayList<>();

    RunOutcome outcome = engine.start(request(recipe, 2, true), heard::add).outcome().join();

    assertThat(outcome).isInstanceOf(Finished.class);
    RunResult result = ((Finished) outcome).result();
    assertThat(result.kernels()).isEqualTo(plan.kernels());
    assertThat(result.bytes().weights()).isEqualTo(plan.weights());
    assertThat(result.bytes().scales()).isEqualTo(plan.scales());
    assertThat(result.simulatedModules()).isEmpty();
    assertThat(result.audit().mismatches()).isEmpty();
    assertThat(result.audit().tensors()).isGreaterThan(300);
    assertThat(result.memory().peakRss()).isGreaterThan(
        result.memory().baselineRss() + result.bytes().weights() / 2);
    assertThat(result.previews()).hasSize(result.seconds().steps().size())
        .allSatisfy(preview -> assertThat(Png.read(preview).width()).isEqualTo(128));
    assertThat(Png.readText(result.image())).containsKey("granular");
    assertThat(heard).extracting(RunProgress::stage)
        .startsWith(Stage.STARTING, Stage.LOADING)
        .endsWith(Stage.WRITING);
  }

  /** A static recipe calibrates by itself, stays near the full-precision picture, and calibrates only once. */
  @Test
  void staticRangesAreFoundBeforeTheRun() throws Exception {
    Path recipe = folder.resolve("static.json");
    Files.writeString(recipe, """
        {"version": 1, "name": "static", "rules": [
          {"match": "unet.{conv_in,conv_out,time_embedding.**,conv_norm_out}", "keep": "fp32"},
          {"match": "unet.**.{time_emb_proj,conv_shortcut,*norm*}", "keep": "fp32"},
          {"match": "unet.**", "weights": {"bits": 8},
           "activations": {"bits": 8, "range": "static", "mapping": "asymmetric"}},
          {"match": "**", "keep": "fp32"}]}
        """);
    List<RunProgress> heard = new CopyOnWriteArrayList<>();
    RunResult exact =
        ((Finished) engine.start(request("fp32", 10, false), p -> {}).outcome().join()).result();
    RunResult integers =
        ((Finished) engine.start(request(recipe.toString(), 10, false), heard::add)
            .outcome()
            .join()).result();
    assertThat(heard).extracting(RunProgress::stage).contains(Stage.CALIBRATING);
    assertThat(heard.stream()
        .filter(p -> p.stage() == Stage.CALIBRATING)
        .mapToInt(RunProgress::step)
        .max()).hasValue(128);
    assertThat(PictureMetrics.compare(Png.read(exact.image()), Png.read(integers.image())).psnr())
        .isGreaterThan(30);
    PlanSummary plan = engine.plan("demo", null, recipe.toString(), false,
        integers.request().calibration());
    assertThat(integers.kernels()).isEqualTo(plan.kernels());
    assertThat(integers.bytes().weights()).isEqualTo(plan.weights());
    assertThat(integers.bytes().scales()).isEqualTo(plan.scales());
    assertThat(plan.modules()).noneMatch(m -> m.reason().contains("not calibrated"));
    PlanSummary afterwards = engine.plan("demo", recipe.toString());
    assertThat(afterwards.modules()).as("the usual calibration has been made")
        .noneMatch(m -> m.reason().contains("not calibrated"));
    PlanSummary.Ranges ranges = afterwards.ranges();
    assertThat(ranges.known()).isEqualTo(ranges.layers()).isPositive();
    assertThat(ranges.samples()).isEqualTo(128);
    ModuleRanges layer =
        engine.moduleRanges("demo", recipe.toString(), null, "unet.mid_block.resnets.0.conv1");
    assertThat(layer.steps()).hasSize(16);
    assertThat(layer.low()).isBetween(layer.min() - 2 * layer.scale(), 0.0);
    assertThat(layer.high()).isBetween(0.0, layer.max() + 2 * layer.scale());
    assertThat(layer.high() - layer.low()).isCloseTo(255 * layer.scale(), within(1e-6));
    assertThat(Arrays.stream(layer.histogram()).sum()).isPositive();
    assertThat(layer.steps()).allMatch(s -> s.min() >= layer.min() && s.max() <= layer.max());
    assertThat(engine.moduleRanges("demo", recipe.toString(), null, "unet.conv_in"))
        .as("it is not quantized")
        .isNull();

    heard.clear();
    engine.start(request(recipe.toString(), 1, false), heard::add).outcome().join();
    assertThat(heard).extracting(RunProgress::stage).doesNotContain(Stage.CALIBRATING);
  }

  @Test
  void aWarmWorkerStillHasItsNetworksPacked() {
    RunResult first = result(request("w8", 1, false));
    RunResult again = result(request("w8", 2, false));

    assertThat(first.seconds().reused()).isFalse();
    assertThat(again.seconds().reused()).isTrue();
    assertThat(again.memory().baselineRss()).isEqualTo(first.memory().baselineRss());
    assertThat(again.bytes()).isEqualTo(first.bytes());
  }

  private static RunResult result(RunRequest request) {
    RunOutcome outcome = engine.start(request, progress -> {}).outcome().join();
    assertThat(outcome).isInstanceOf(Finished.class);
    return ((Finished) outcome).result();
  }

  @Test
  void aRunCanBeCancelledBetweenSteps() throws Exception {
    CountDownLatch stepping = new CountDownLatch(1);
    Run run = engine.start(request("fp32", 500, false), progress -> {
      if (progress.step() > 0) {
        stepping.countDown();
      }
    });
    stepping.await();
    ProcessHandle[] workers = ProcessHandle.current().children().toArray(ProcessHandle[]::new);

    run.cancel();

    assertThat(run.outcome().join()).isEqualTo(new Cancelled());
    assertThat(workers).isNotEmpty().allSatisfy(w -> assertThat(w.isAlive()).isTrue());
  }

  @Test
  void anAnalysisRunsInAWorkerAndReportsProgress() {
    String layer = "unet.mid_block.resnets.0.conv1";
    AnalysisRequest request = new AnalysisRequest("demo", null, "w8",
        Set.of(Measure.SENSITIVITY, Measure.SQNR), Grouping.MODULE, List.of(layer), true, null, 1,
        List.of(1L), 2, null, null, null, SamplerChoice.MODEL_DEFAULT, null, null, 0);
    List<RunProgress> heard = new CopyOnWriteArrayList<>();

    AnalysisOutcome outcome = engine.analyze(request, heard::add).outcome().join();

    assertThat(outcome).isInstanceOf(AnalysisOutcome.Finished.class);
    Analysis scores = ((AnalysisOutcome.Finished) outcome).scores();
    assertThat(scores.modules()).hasSize(1);
    assertThat(scores.modules().getFirst().module()).isEqualTo(layer);
    assertThat(scores.modules().getFirst().sensitivity()).isPositive();
    assertThat(scores.modules().getFirst().sqnrDb()).hasSize(scores.timesteps().size());
    assertThat(heard.getLast().step()).isEqualTo(heard.getLast().steps());
  }

  @Test
  void budgetsAreSolvedFromWhatWasMeasured() {
    List<RunProgress> heard = new CopyOnWriteArrayList<>();
    BudgetRequest request = new BudgetRequest(List.of("w8", "w4-g32"),
        AnalysisRequest.quick("demo", ""));

    BudgetOutcome outcome = engine.measureBudget(request, heard::add).outcome().join();

    assertThat(outcome).isInstanceOf(BudgetOutcome.Finished.class);
    Sensitivities measured = ((BudgetOutcome.Finished) outcome).sensitivities();
    assertThat(measured.candidates()).extracting(Sensitivities.Candidate::name)
        .containsExactly("w8", "w4-g32");
    assertThat(heard).extracting(RunProgress::step).isSorted();
    assertThat(heard.getLast().step()).isEqualTo(heard.getLast().steps());
    BudgetSolver solver = engine.budget(measured);
    BudgetAnswer best = solver.within(Long.MAX_VALUE / 2);
    BudgetAnswer smallest = solver.atMost(Double.MAX_VALUE);
    assertThat(smallest.bytes()).isLessThan(best.bytes());
    assertThat(smallest.error()).isGreaterThan(best.error());
    BudgetAnswer between = solver.within((smallest.bytes() + best.bytes()) / 2);
    assertThat(between.bytes()).isBetween(smallest.bytes(), best.bytes());
    assertThat(between.error()).isBetween(best.error(), smallest.error());
    assertThat(solver.within(smallest.bytes()).bytes()).isEqualTo(smallest.bytes());
  }

  private static RunRequest request(String recipe, int steps, boolean previews) {
    return new RunRequest("demo", null, recipe, "blue heart on a pink background", "", 42, steps,
        null, null, null, new SamplerChoice("ddim", null, null, null, null), 0, null, null,
        previews, folder.resolve(Path.of(recipe).getFileName().toString() + "-out"));
  }
}
