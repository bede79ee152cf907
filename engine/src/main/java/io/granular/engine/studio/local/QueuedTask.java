package io.granular.engine.studio.local;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.RunOutcome.Failed;
import io.granular.engine.studio.protocol.WorkerApi;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work for a worker from its place in the queue to its outcome.
 *
 * @param <O> how it can end
 */
abstract class QueuedTask<O> {
  private static final Logger LOG = LoggerFactory.getLogger(QueuedTask.class);

  private enum Phase {
    WAITING, RUNNING, ENDED
  }

  private final long id;
  private final String what;
  private final RunListener listener;
  private final Duration grace;
  private final ScheduledExecutorService timer;
  private final CompletableFuture<O> outcome = new CompletableFuture<>();
  /** Held while the listener is told something, so that the outcome cannot overtake it. */
  private final ReentrantLock telling = new ReentrantLock();
  private volatile RunProgress last;

  // Guarded by this.
  private Phase phase = Phase.WAITING;
  private boolean cancelled;
  private @Nullable WorkerProcess worker;
  private @Nullable Future<?> deadline;

  /**
   * @param what names the work in messages, e.g. {@code recipe 'fp32' on 'demo'}
   * @param steps evaluations as far as they are known; 0 if they are not
   */
  QueuedTask(long id, String what, int steps, RunListener listener, Duration grace,
      ScheduledExecutorService timer) {
    this.id = id;
    this.what = what;
    this.listener = listener;
    this.grace = grace;
    this.timer = timer;
    this.last = new RunProgress(Stage.STARTING, 0, steps, 0, Double.NaN, null);
  }

  /** The outcome of work that was cancelled. */
  abstract O cancelled();

  /** The outcome of work that failed. */
  abstract O failed(Failed failure);

  /** Completes normally in every case. */
  public final CompletableFuture<O> outcome() {
    return outcome.copy();
  }

  /** Asks for the work to end: politely, then by ending its worker. */
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
    end(cancelled());
  }

  /** Tells the listener that it is this run's turn. */
  void announce() {
    tell(last);
  }

  /**
   * Has {@code process} do a part of the work and waits for its answer.
   *
   * @throws Ended if it was cancelled or failed; the exception says which
   */
  <T> T drive(WorkerProcess process, Function<WorkerApi, CompletableFuture<T>> request)
      throws Ended {
    synchronized (this) {
      if (phase == Phase.ENDED || cancelled) {
        throw new Ended(null);
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
      return process.ask(request);
    } catch (WorkerException e) {
      throw new Ended(isCancelled() ? null : located(e.outcome()));
    } catch (EngineException e) {
      throw new Ended(new Failed(e.getMessage(), "", process.log()));
    } finally {
      synchronized (this) {
        worker = null;
      }
    }
  }

  /** The work is over before its answer is there. */
  static final class Ended extends Exception {
    private final @Nullable Failed failure;

    /** @param failure null if it was cancelled */
    Ended(@Nullable Failed failure) {
      super(failure == null ? "cancelled" : failure.message(), null, false, false);
      this.failure = failure;
    }
  }

  /** What it means for the outcome that the work is over. */
  O outcomeOf(Ended ended) {
    return ended.failure == null ? cancelled() : failed(ended.failure);
  }

  /** Makes the outcome known, once; the listener hears nothing from then on. */
  void end(O how) {
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
    String message = failed.message() + " It happened " + where + " of " + what + ".";
    return new Failed(message, failed.remedy(), failed.log());
  }

  /** Names the work to its worker. */
  long id() {
    return id;
  }

  synchronized boolean isEnded() {
    return phase == Phase.ENDED;
  }

  private synchronized boolean isCancelled() {
    return cancelled;
  }
}
