package io.granular.engine.studio.local;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.studio.RunOutcome.Failed;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.studio.TrainingRun;
import io.granular.engine.train.Trainer;
import io.granular.engine.train.TrainingRequest;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One training from its place in the queue to its outcome. */
final class QueuedTraining extends QueuedTask<TrainingOutcome> implements TrainingRun {
  /** A step of a large network and writing it take minutes. */
  private static final Duration GRACE = Duration.ofMinutes(30);

  private final Trainer.Job job;
  private final Reported reported;
  private final AtomicBoolean asked = new AtomicBoolean();

  // Guarded by this.
  private boolean paused;
  private @Nullable WorkerProcess worker;

  QueuedTraining(long id, Trainer.Job job, RunListener listener, ScheduledExecutorService timer) {
    this(id, job, new Reported(listener), timer);
  }

  private QueuedTraining(long id, Trainer.Job job, Reported reported,
      ScheduledExecutorService timer) {
    super(id, "the training of '" + job.request().model() + "' for recipe '"
        + job.request().recipe() + "'", 0, reported, GRACE, timer);
    this.job = job;
    this.reported = reported;
  }

  /** Remembers the last report's stage. */
  private static final class Reported implements RunListener {
    private final RunListener listener;
    private volatile Stage stage = Stage.STARTING;
    private volatile boolean began;

    Reported(RunListener listener) {
      this.listener = listener;
    }

    @Override
    public void progress(RunProgress progress) {
      stage = progress.stage();
      began = true;
      listener.progress(progress);
    }
  }

  /** Has a worker of its own train. */
  TrainingOutcome run(WorkerPool pool) throws Ended, WorkerException {
    TrainingRequest request = job.request();
    WorkerKey key =
        new WorkerKey(request.threads(), String.join(" ", "training", request.model()));
    WorkerProcess process = pool.acquire(key);
    try {
      TrainingOutcome outcome = drive(process, api -> {
        synchronized (this) {
          worker = process;
          if (paused) {
            api.pause(id());
          }
        }
        return api.train(id(), job);
      });
      return outcome instanceof TrainingOutcome.Failed(var message, var remedy, _)
          ? new TrainingOutcome.Failed(message, remedy, process.log())
          : outcome;
    } finally {
      synchronized (this) {
        worker = null;
      }
      // It has held teacher and student, whose memory others need.
      process.close();
    }
  }

  @Override
  public void cancel() {
    if (asked.getAndSet(true)) {
      abandon();
    } else {
      super.cancel();
    }
  }

  @Override
  public synchronized void pause() {
    if (!paused && !isEnded()) {
      paused = true;
      if (worker != null) {
        worker.pause(id());
      }
    }
  }

  @Override
  public synchronized void resume() {
    if (paused) {
      paused = false;
      if (worker != null) {
        worker.resume(id());
      }
    }
  }

  @Override
  public synchronized State state() {
    if (isEnded()) {
      return State.ENDED;
    }
    if (paused) {
      return reported.stage == Stage.PAUSED ? State.PAUSED : State.PAUSING;
    }
    return reported.began ? State.RUNNING : State.WAITING;
  }

  @Override
  TrainingOutcome cancelled() {
    return new TrainingOutcome.Cancelled();
  }

  @Override
  TrainingOutcome failed(Failed failure) {
    return new TrainingOutcome.Failed(failure.message(), failure.remedy(), failure.log());
  }
}
