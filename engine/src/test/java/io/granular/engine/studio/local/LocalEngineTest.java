package io.granular.engine.studio.local;

import static io.granular.engine.studio.local.TestEngines.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.calibrate.CalibrationFile;
import io.granular.engine.run.Bench;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.NetworkRunner;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.CalibrationOutcome;
import io.granular.engine.studio.CalibrationRun;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.EngineInfo;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalEngineTest {
  @TempDir
  private Path folder;
  private static final String MODEL = "src/test/goldens/tiny-sd1";
  private LocalEngine engine;

  @BeforeEach
  void open() {
    engine = TestEngines.engine(TestEngines.settings(folder), folder);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void aRunReportsItsStagesInOrderAndThenItsResult() {
    List<RunProgress> heard = new CopyOnWriteArrayList<>();
    Run run = engine.start(request("a bus", folder.resolve("out")), heard::add);

    Finished finished = (Finished) run.outcome().join();

    assertThat(finished.result().image()).exists();
    assertThat(finished.result().request().steps()).isEqualTo(4);
    assertThat(finished.result().kernels()).containsEntry("onednn-fp32", 12);
    assertThat(heard).extracting(RunProgress::stage)
        .containsExactly(Stage.STARTING, Stage.LOADING, Stage.STEPS, Stage.STEPS, Stage.STEPS,
            Stage.STEPS);
    assertThat(heard).extracting(RunProgress::step).containsExactly(0, 0, 1, 2, 3, 4);
    assertThat(heard.get(1).remainingSeconds()).isNaN();
    assertThat(heard.get(2).remainingSeconds()).isEqualTo(0.75);
  }

  @Test
  void staticRecipesAreCalibratedOnceBeforeTheyRun() {
    RunRequest plain = request("a bus", folder.resolve("out"));
    RunRequest request = new RunRequest(MODEL, null, "static", plain.prompt(), "", 1, null, null,
        null, null, plain.sampler(), 1, null, null, false, plain.output());
    List<RunProgress> first = new CopyOnWriteArrayList<>();
    List<RunProgress> second = new CopyOnWriteArrayList<>();

    Finished finished = (Finished) engine.start(request, first::add).outcome().join();
    engine.start(request, second::add).outcome().join();

    assertThat(finished.result().request().calibration()).exists()
        .hasParent(folder.resolve("cache/calibrations"));
    assertThat(first).extracting(RunProgress::stage)
        .containsSubsequence(Stage.STARTING, Stage.CALIBRATING, Stage.LOADING, Stage.STEPS);
    assertThat(second).extracting(RunProgress::stage).doesNotContain(Stage.CALIBRATING);
  }

  @Test
  void calibrationsAreKeptByWhatTheyDependOn() throws IOException {
    Path prompts = folder.resolve("prompts.txt");
    Files.writeString(prompts, "a cat");
    Path usual = calibrated(null, 4, false);
    assertThat(calibrated(null, 4, false)).isEqualTo(usual);
    Path own = calibrated(prompts, 4, false);
    assertThat(own).isNotEqualTo(usual);
    Files.writeString(prompts, "a dog");
    assertThat(calibrated(prompts, 4, false)).isNotEqualTo(own);
    assertThat(calibrated(null, 5, false)).isNotEqualTo(usual);
    assertThat(calibrated(null, 4, true)).isNotEqualTo(usual);
    Files.writeString(usual, "damaged");
    assertThat(calibrated(null, 4, false)).isEqualTo(usual);
    assertThat(CalibrationFile.read(usual).provenance().samples()).isEqualTo(4);
  }

  private Path calibrated(Path prompts, int samples, boolean excludeStartToken) {
    CalibrationRequest request = new CalibrationRequest(MODEL, null, prompts, null, samples, 0,
        excludeStartToken, null, null, null, 1);
    return ((CalibrationOutcome.Finished) engine.calibrate(request, progress -> {})
        .outcome()
        .join()).result().file();
  }

  @Test
  void aCalibrationCanBeCancelled() {
    CompletableFuture<CalibrationRun> started = new CompletableFuture<>();
    CalibrationRequest request = new CalibrationRequest(MODEL, null, null, null, 90_000, 0, false,
        null, null, null, 1);
    started.complete(engine.calibrate(request, progress -> {
      if (progress.step() == 10) {
        started.join().cancel();
      }
    }));
    assertThat(started.join().outcome().join()).isEqualTo(new CalibrationOutcome.Cancelled());
  }

  @Test
  void aCalibrationThatFailsSaysWhy() {
    CalibrationRequest request = CalibrationRequest.usual("no such model", null, 1);
    assertThat(engine.calibrate(request, progress -> {}).outcome().join())
        .isInstanceOfSatisfying(CalibrationOutcome.Failed.class,
            failed -> assertThat(failed.message()).contains("no such model"));
  }

  @Test
  void whatTheRunnerPrintsDoesNotReachTheProtocol() {
    Run run = engine.start(request("print noise", folder.resolve("out")), progress -> {});
    assertThat(run.outcome().join()).isInstanceOf(Finished.class);
  }

  @Test
  void aListenerThatFailsDoesNotEndTheRun() {
    Run run = engine.start(request("a bus", folder.resolve("out")), progress -> {
      throw new IllegalStateException("the window is closed");
    });
    assertThat(run.outcome().join()).isInstanceOf(Finished.class);
  }

  @Test
  void runsOfOneKindShareAWarmWorker() {
    engine.start(request("a bus", folder.resolve("one")), progress -> {}).outcome().join();
    ProcessHandle first = WorkerProcesses.only();
    engine.start(request("a bus", folder.resolve("two")), progress -> {}).outcome().join();
    assertThat(WorkerProcesses.only()).isEqualTo(first);
  }

  @Test
  void closingEndsTheWorkers() {
    engine.start(request("a bus", folder.resolve("out")), progress -> {}).outcome().join();
    ProcessHandle worker = WorkerProcesses.only();
    engine.close();
    assertThat(worker.onExit()).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void kernelsAreProbedOnceAndRememberedOnDisk() {
    EngineInfo first = engine.engineInfo();
    assertThat(first.libtorch()).isEqualTo("2.7.1");
    assertThat(first.kernels().get(1).relativeError()).isNaN();
    engine.close();

    WorkerSettings none = TestEngines.settings(folder).withMainClass("no.such.Worker");
    try (LocalEngine other = TestEngines.engine(none, folder)) {
      assertThat(other.engineInfo()).isEqualTo(first);
      assertThat(other.plan("demo", "fp32").kernels()).containsKey("onednn-fp32");
    }
  }

  @Test
  void aDamagedKernelCacheIsProbedAgain() throws Exception {
    EngineInfo first = engine.engineInfo();
    Files.writeString(folder.resolve("cache/kernels.json"), "{\"key\": 1");
    try (LocalEngine other = TestEngines.engine(TestEngines.settings(folder), folder)) {
      assertThat(other.engineInfo()).isEqualTo(first);
    }
  }

  @Test
  void networksAndBenchesAnswerOrSayWhyNot() {
    NetworkRunner.Answer answer =
        engine.run(new NetworkRunner.Call("demo", null, "unet", "fp32",
            folder.resolve("in"), folder.resolve("out"), 1));
    assertThat(answer.tensors()).containsEntry("sample", List.of(1L, 4L, 8L, 8L));
    assertThat(engine.time(new Bench.Case("demo", "fp32", 1, 3, 1, false)).seconds()).hasSize(3);
    assertThatThrownBy(() -> engine.run(new NetworkRunner.Call("demo", null, "vae", "fp32",
        folder.resolve("in"), folder.resolve("out"), 1)))
        .isInstanceOf(EngineException.class)
        .hasMessage("There is no network 'vae'.");
  }
}
