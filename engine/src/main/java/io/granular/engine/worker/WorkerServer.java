package io.granular.engine.worker;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.run.Bench;
import io.granular.engine.run.Calibrator;
import io.granular.engine.run.NetworkRunner;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.CalibrationOutcome;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.studio.protocol.KernelReport;
import io.granular.engine.studio.protocol.WorkerApi;
import io.granular.engine.studio.protocol.WorkerEvents;
import io.granular.engine.train.Trainer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests one after the other on one thread, which is the only one to use libtorch. */
final class WorkerServer implements WorkerApi {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerServer.class);
  private static final long NONE = 0;

  private final CompletableFuture<WorkerEvents> client = new CompletableFuture<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor(
      Thread.ofPlatform().name("worker").daemon().factory());
  private final CompletableFuture<WorkerParts> parts;
  private volatile long cancelled = NONE;
  private volatile long paused = NONE;

  /**
   * @param parts built on the thread that will use them: OpenMP keeps a team of threads for every
   *     thread that calls it, and with more threads than cores its barriers become slow
   */
  WorkerServer(Supplier<WorkerParts> parts) {
    this.parts = CompletableFuture.supplyAsync(parts, thread);
  }

  /** Says where progress goes; call before the first request is read. */
  void connect(WorkerEvents events) {
    client.complete(events);
  }

  @Override
  public CompletableFuture<@Nullable Void> ready() {
    return parts.thenApply(built -> null);
  }

  @Override
  public CompletableFuture<RunOutcome> run(long id, RunRequest request) {
    return CompletableFuture.supplyAsync(() -> runNow(id, request), thread);
  }

  private RunOutcome runNow(long id, RunRequest request) {
    WorkerEvents events = client.join();
    RunListener listener = progress -> events.progress(id, progress);
    try {
      return new RunOutcome.Finished(
          parts.join().sides().run(request, listener, () -> cancelled == id));
    } catch (CancellationException e) {
      return new RunOutcome.Cancelled();
    } catch (RuntimeException | LinkageError e) {
      LOG.error("The run failed", e);
      return new RunOutcome.Failed(Failures.message(e), "", "");
    }
  }

  @Override
  public CompletableFuture<CalibrationOutcome> calibrate(long id, Calibrator.Job job) {
    return CompletableFuture.supplyAsync(() -> calibrateNow(id, job), thread);
  }

  private CalibrationOutcome calibrateNow(long id, Calibrator.Job job) {
    WorkerEvents events = client.join();
    RunListener listener = progress -> events.progress(id, progress);
    try {
      return new CalibrationOutcome.Finished(
          parts.join().calibrator().calibrate(job, listener, () -> cancelled == id));
    } catch (CancellationException e) {
      return new CalibrationOutcome.Cancelled();
    } catch (RuntimeException | LinkageError e) {
      LOG.error("The calibration failed", e);
      return new CalibrationOutcome.Failed(Failures.message(e), "", "");
    }
  }

  @Override
  public CompletableFuture<AnalysisOutcome> analyze(long id, AnalysisRequest request) {
    return CompletableFuture.supplyAsync(() -> analyzeNow(id, request), thread);
  }

  private AnalysisOutcome analyzeNow(long id, AnalysisRequest request) {
    WorkerEvents events = client.join();
    RunListener listener = progress -> events.progress(id, progress);
    try {
      // An analysis holds a pipeline of its own.
      parts.join().sides().close();
      return new AnalysisOutcome.Finished(
          parts.join().analyzer().analyze(request, listener, () -> cancelled == id));
    } catch (CancellationException e) {
      return new AnalysisOutcome.Cancelled();
    } catch (RuntimeException | LinkageError e) {
      LOG.error("The analysis failed", e);
      return new AnalysisOutcome.Failed(Failures.message(e), "", "");
    }
  }

  @Override
  public CompletableFuture<TrainingOutcome> train(long id, Trainer.Job job) {
    return CompletableFuture.supplyAsync(() -> trainNow(id, job), thread);
  }

  private TrainingOutcome trainNow(long id, Trainer.Job job) {
    WorkerEvents events = client.join();
    RunListener listener = progress -> events.progress(id, progress);
    try {
      return new TrainingOutcome.Finished(
          parts.join().trainer().train(job, listener, new Control(id)));
    } catch (CancellationException e) {
      return new TrainingOutcome.Cancelled();
    } catch (RuntimeException | LinkageError e) {
      LOG.error("The training failed", e);
      return new TrainingOutcome.Failed(Failures.message(e), "", "");
    }
  }

  private final class Control implements Trainer.Control {
    private final long id;

    Control(long id) {
      this.id = id;
    }

    @Override
    public boolean cancelled() {
      return cancelled == id;
    }

    @Override
    public boolean paused() {
      return paused == id;
    }
  }

  @Override
  public void pause(long id) {
    paused = id;
  }

  @Override
  public void resume(long id) {
    paused = NONE;
  }

  @Override
  public void cancel(long id) {
    cancelled = id;
  }

  @Override
  public CompletableFuture<NetworkRunner.Answer> network(NetworkRunner.Call call) {
    return CompletableFuture.supplyAsync(() -> parts.join().networks().run(call), thread);
  }

  @Override
  public CompletableFuture<Bench.Timing> bench(Bench.Case work) {
    return CompletableFuture.supplyAsync(() -> parts.join().bench().time(work), thread);
  }

  @Override
  public CompletableFuture<KernelReport> engineInfo() {
    return CompletableFuture.supplyAsync(() -> parts.join().kernels().get(), thread);
  }

  @Override
  public CompletableFuture<@Nullable Void> shutdown() {
    return CompletableFuture.runAsync(() -> parts.join().sides().close(), thread)
        .thenApply(nothing -> null);
  }
}
