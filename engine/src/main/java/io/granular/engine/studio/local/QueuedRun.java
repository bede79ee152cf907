package io.granular.engine.studio.local;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.RunOutcome.Cancelled;
import io.granular.engine.studio.RunOutcome.Failed;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run from its place in the queue to its outcome. */
final class QueuedRun implements Run {
  private static final Logger LOG = LoggerFactory.getLogger(QueuedRun.class);

  private enum Phase {
    WAITING, RUNNING, ENDED
  }

  private final long id;
  private final RunRequest request;
  private final RunListener listener;
  private final Duration grace;
  private final ScheduledExecutorService timer;
  private final CompletableFuture<RunOutcome> outcome = new CompletableFuture<>();
  /** Held while the listener is told something, so that the outcome cannot overtake it. */
  private final ReentrantLock telling = new ReentrantLock();
  private volatile RunProgress last;

  // Guarded by this.
  private Phase phase = Phase.WAITING;
  private boolean cancelled;
  private @Nullable WorkerProcess worker;
  private @Nullable Future<?> deadline;

  QueuedRun(long id, RunRequest request, RunListener listener, Duration grace,
      ScheduledExecutorService timer) {
    this.id = id;
    this.request = request;
    this.listener = listener;
    this.grace = grace;
    this.timer = timer;
    int steps = request.steps() == null ? 0 : request.steps();
    this.last = new RunProgress(Stage.STARTING, 0, steps, 0, Double.NaN, null);
  }

  RunRequest request() {
    return request;
  }

  @Override
  public CompletableFuture<RunOutcome> outcome() {
    return outcome.copy();
  }

  @Override
  public synchronized void cancel() {
    if (cancelled || phase == Phase.ENDED) {
      return;
    }
    cancelled = true;
    if (worker == null) {
      timer.execute(this::abandon);
    } else {
      worker.cancel(id);
      deadline = timer.schedule(this::abandon, grace.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Ends the run as cancelled now, and its worker with it. */
  void abandon() {
    synchronized (this) {
      cancelled = true;
      if (worker != null && phase == Phase.RUNNING) {
        LOG.info("Run {} did not end when it was asked to; its worker is ended", id);
        worker.kill();
      }
    }
    end(new Cancelled());
  }

  /** Tells the listener that it is this run's turn. */
  void announce() {
    tell(last);
  }

  /** Runs on {@code process} and says how it ended; {@link #end} makes that known. */
  RunOutcome drive(WorkerProcess process) {
    synchronized (this) {
      if (phase == Phase.ENDED) {
        return new Cancelled();
      }
      phase = Phase.RUNNING;
      worker = process;
    }
    process.listen((run, progress) -> {
      if (run == id) {
        tell(progress);
      }
    });
    try {
      RunOutcome answer = process.ask(api -> api.run(id, request));
      return answer instanceof Failed failed
          ? new Failed(failed.message(), failed.remedy(), process.log())
          : answer;
    } catch (WorkerException e) {
      return isCancelled() ? new Cancelled() : located(e.outcome());
    } catch (EngineException e) {
      return new Failed(e.getMessage(), "", process.log());
    }
  }

  /** Makes the outcome known, once; the listener hears nothing from then on. */
  void end(RunOutcome how) {
    telling.lock();
    try {
      synchronized (this) {
        if (phase == Phase.ENDED) {
          return;
        }
        phase = Phase.ENDED;
        if (deadline != null) {
          deadline.cancel(false);
        }
      }
    } finally {
      telling.unlock();
    }
    // On another thread: what hangs on the outcome must not hold up the queue.
    outcome.completeAsync(() -> how);
  }

  private void tell(RunProgress progress) {
    telling.lock();
    try {
      if (isEnded()) {
        return;
      }
      last = progress;
      listener.progress(progress);
    } catch (RuntimeException e) {
      LOG.error("A listener failed; the run goes on", e);
    } finally {
      telling.unlock();
    }
  }

  private Failed located(Failed failed) {
    RunProgress at = last;
    String where = at.stage() == Stage.STEPS
        ? "after step " + at.step() + " of " + at.steps()
        : "during the stage " + at.stage().name().toLowerCase(Locale.ROOT);
    String message = failed.message() + " It happened " + where + " of recipe '"
        + request.recipe() + "' on '" + request.model() + "'.";
    return new Failed(message, failed.remedy(), failed.log());
  }

  synchronized boolean isEnded() {
    return phase == Phase.ENDED;
  }

  private synchronized boolean isCancelled() {
    return cancelled;
  }
}
