package io.granular.engine.studio.protocol;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.run.Bench;
import io.granular.engine.run.Calibrator;
import io.granular.engine.run.NetworkRunner;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.CalibrationOutcome;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.train.Trainer;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;
import org.eclipse.lsp4j.jsonrpc.services.JsonRequest;
import org.jspecify.annotations.Nullable;

/** What a worker answers. It does one thing at a time; requests wait for the one before. */
public interface WorkerApi {
  /** Answers once the worker has loaded what it needs. */
  @JsonRequest
  CompletableFuture<@Nullable Void> ready();

  /**
   * Generates one side. Completes normally whatever happens; a failure's log is left empty, because
   * the end of the worker's standard error is at the client.
   *
   * @param id names the run in {@link #cancel} and {@link WorkerEvents#progress}; positive
   */
  @JsonRequest
  CompletableFuture<RunOutcome> run(long id, RunRequest request);

  /** Calibrates; otherwise as {@link #run}. */
  @JsonRequest
  CompletableFuture<CalibrationOutcome> calibrate(long id, Calibrator.Job job);

  /**
   * Measures which modules matter. Completes normally whatever happens, as {@link #run} does.
   *
   * @param id as in {@link #run}
   */
  @JsonRequest
  CompletableFuture<AnalysisOutcome> analyze(long id, AnalysisRequest request);

  /** Trains; otherwise as {@link #run}. */
  @JsonRequest
  CompletableFuture<TrainingOutcome> train(long id, Trainer.Job job);

  /** Asks training {@code id} to wait between two steps; nothing happens if it has ended. */
  @JsonNotification
  void pause(long id);

  /** Lets training {@code id} go on. */
  @JsonNotification
  void resume(long id);

  /** Asks for run {@code id} to end between two steps; nothing happens if it has ended. */
  @JsonNotification
  void cancel(long id);

  /** Runs one network on raw tensors. */
  @JsonRequest
  CompletableFuture<NetworkRunner.Answer> network(NetworkRunner.Call call);

  /** Times one network. */
  @JsonRequest
  CompletableFuture<Bench.Timing> bench(Bench.Case work);

  /** What was found when libtorch was loaded and its kernels were probed. */
  @JsonRequest
  CompletableFuture<KernelReport> engineInfo();

  /** Frees what is held. The worker ends when its standard input closes. */
  @JsonRequest
  CompletableFuture<@Nullable Void> shutdown();
}
