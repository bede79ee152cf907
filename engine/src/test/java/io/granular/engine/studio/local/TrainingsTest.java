package io.granular.engine.studio.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.studio.TrainingRun;
import io.granular.engine.train.Learning;
import io.granular.engine.train.Length;
import io.granular.engine.train.Sampling;
import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.UnfinishedTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trainings from the queue to a worker with libtorch, and what is left when its process is killed. */
@Timeout(300)
class TrainingsTest {
  @TempDir
  private Path folder;

  private LocalEngine engine() {
    AppFolders folders = TestEngines.folders(folder);
    return new LocalEngine(new ModelLibrary(), WorkerSettings.standard(folders), folders);
  }

  private TrainingRequest request(String name) throws IOException {
    Path recipe = folder.resolve("recipe.json");
    Files.writeString(recipe, "{\"version\": 1, \"name\": \"test\", \"rules\": ["
        + "{\"match\": \"unet.**.attentions.**\", \"weights\": {\"bits\": 3}},"
        + "{\"match\": \"**\", \"keep\": \"fp32\"}]}");
    return TrainingRequest
        .usual("src/test/goldens/tiny-sd1", recipe.toString(), folder.resolve(name),
            Length.ofSteps(8))
        .withLearning(Learning.USUAL.withRate(1e-3))
        .withSampling(new Sampling(4, 5.0, 128, 128));
  }

  /** Pauses after a step, which writes a checkpoint, and ends the worker's process. */
  private void killed(TrainingRequest request) throws InterruptedException {
    LocalEngine engine = engine();
    try {
      CountDownLatch trains = new CountDownLatch(1);
      CountDownLatch paused = new CountDownLatch(1);
      TrainingRun run = engine.train(request, progress -> {
        if (progress.stage() == Stage.TRAINING && progress.step() >= 2) {
          trains.countDown();
        }
        if (progress.stage() == Stage.PAUSED) {
          paused.countDown();
        }
      });
      trains.await();
      run.pause();
      paused.await();
      assertThat(run.state()).isEqualTo(TrainingRun.State.PAUSED);
      assertThat(engine.unfinishedTrainings()).as("one that is under way").isEmpty();
      assertThatThrownBy(() -> engine.discardTraining(request.to()))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("under way");
      // Ends the process, as whoever closes the window does.
      engine.close();
      assertThat(run.outcome().join()).isInstanceOf(TrainingOutcome.Cancelled.class);
      assertThat(run.state()).isEqualTo(TrainingRun.State.ENDED);
    } finally {
      engine.close();
    }
  }

  /** A process that is being ended holds its lock for a moment. */
  private static UnfinishedTraining only(LocalEngine engine) throws InterruptedException {
    List<UnfinishedTraining> all = engine.unfinishedTrainings();
    for (int i = 0; i < 100 && all.isEmpty(); i++) {
      Thread.sleep(50);
      all = engine.unfinishedTrainings();
    }
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void goesOnAfterItsProcessWasKilled() throws IOException, InterruptedException {
    TrainingRequest request = request("trained");
    killed(request);
    try (LocalEngine engine = engine()) {
      UnfinishedTraining training = only(engine);
      assertThat(training.progress().step()).isBetween(2, 7);
      assertThat(training.request().to()).isEqualTo(request.to());

      TrainingRun run = engine.resumeTraining(training.folder(), progress -> {});
      TrainingOutcome outcome = run.outcome().join();
      assertThat(outcome).isInstanceOf(TrainingOutcome.Finished.class);
      assertThat(((TrainingOutcome.Finished) outcome).result().steps()).isEqualTo(8);
      assertThat(engine.unfinishedTrainings()).isEmpty();
      assertThat(training.folder()).doesNotExist();
    }
  }

  @Test
  void isDiscardedWhenNobodyWantsIt() throws IOException, InterruptedException {
    TrainingRequest request = request("unwanted");
    killed(request);
    try (LocalEngine engine = engine()) {
      UnfinishedTraining training = only(engine);
      engine.discardTraining(training.folder());
      assertThat(engine.unfinishedTrainings()).isEmpty();
      assertThat(training.folder()).doesNotExist();
      assertThatThrownBy(() -> engine.discardTraining(training.folder()))
          .hasMessageContaining("no interrupted training");
      assertThatThrownBy(() -> engine.resumeTraining(training.folder(), (RunProgress p) -> {}))
          .hasMessageContaining("no interrupted training");
    }
  }

  @Test
  void estimatesWithoutRunning() throws IOException {
    try (LocalEngine engine = engine()) {
      TrainingRequest all = request("estimated");
      TrainingEstimate weights = engine.estimateTraining(all);
      assertThat(weights.steps()).isEqualTo(8);
      assertThat(weights.modules()).isPositive();
      assertThat(weights.secondsPerStep()).isPositive();
      assertThat(weights.seconds()).isGreaterThanOrEqualTo(8 * weights.secondsPerStep());
      assertThat(weights.basis()).isNotEmpty();
      assertThat(weights.fits()).isTrue();
      assertThatThrownBy(() -> engine.estimateTraining(TrainingRequest.usual(all.model(), "fp32",
          all.to(), all.length()))).hasMessageContaining("nothing to train");
    }
  }
}
