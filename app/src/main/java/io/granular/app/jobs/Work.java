package io.granular.app.jobs;

import io.granular.app.fx.Background;
import io.granular.app.jobs.LongJobState.End;
import io.granular.engine.run.RunListener;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import org.jspecify.annotations.Nullable;

/**
 * Long work of the engine that makes no picture, one at a time: how far it is, how long it takes, and
 * its end. All of it is listed with the other jobs. JavaFX thread only; the engine is called and
 * heard on others.
 */
public final class Work {
  private final Background background;
  private final LongJobs jobs;
  private final BooleanProperty running = new SimpleBooleanProperty();
  private final DoubleProperty done = new SimpleDoubleProperty();
  private final DoubleProperty secondsLeft = new SimpleDoubleProperty(Double.NaN);
  private @Nullable LongJob current;

  /**
   * @param jobs where it is listed
   */
  public Work(Background background, LongJobs jobs) {
    this.background = background;
    this.jobs = jobs;
  }

  /**
   * What the engine has begun.
   *
   * @param cancel asks for its end
   * @param outcome how it ends
   */
  public record Begun<O>(Runnable cancel, CompletableFuture<O> outcome) {}

  /** Whether any is under way. */
  public ReadOnlyBooleanProperty running() {
    return running;
  }

  /** Share of the work, 0 to 1. */
  public ReadOnlyDoubleProperty done() {
    return done;
  }

  /** NaN if not known. */
  public ReadOnlyDoubleProperty secondsLeft() {
    return secondsLeft;
  }

  /**
   * Starts, unless something runs.
   *
   * @param about what is listed
   * @param begin called off the JavaFX thread
   * @param ended hears the outcome and says what kind of end it is, unless the work was cancelled here
   * @param failed hears why there is nothing
   */
  public <O> void start(LongJob.About about, Function<RunListener, Begun<O>> begin,
      Function<O, End> ended, Consumer<Failure> failed) {
    if (running.get()) {
      return;
    }
    Stop stop = new Stop();
    LongJob job = new LongJob(about, () -> letGo(stop));
    stop.job = job;
    current = job;
    running.set(true);
    done.set(0);
    secondsLeft.set(Double.NaN);
    jobs.add(job);
    RunListener listener = progress -> background.ui(() -> {
      if (job.equals(current)) {
        job.progress(progress);
        done.set((double) progress.step() / Math.max(1, progress.steps()));
        secondsLeft.set(progress.remainingSeconds());
      }
    });
    background.<Begun<O>>run(() -> begin.apply(listener), begun -> {
      stop.set(begun.cancel);
      var _ = begun.outcome.whenComplete((outcome, problem) -> background.ui(() -> end(job,
          () -> problem == null ? ended.apply(outcome) : new End.Failed(Failure.of(problem)),
          failed)));
    }, problem -> end(job, () -> new End.Failed(Failure.of(problem)), failed));
  }

  /** Asks for the end; only the list of jobs hears of it. */
  public void cancel() {
    if (current != null) {
      current.cancel();
    }
  }

  private void letGo(Stop stop) {
    if (stop.job != null && stop.job.equals(current)) {
      current = null;
      running.set(false);
    }
    stop.now();
  }

  private void end(LongJob job, Supplier<End> how, Consumer<Failure> failed) {
    if (!job.equals(current)) {
      job.end(new End.Cancelled());
      return;
    }
    current = null;
    running.set(false);
    End end = how.get();
    job.end(end);
    if (end instanceof End.Failed(Failure failure)) {
      failed.accept(failure);
    }
  }

  /** Asks the engine for the end, if need be as soon as it has begun. */
  private static final class Stop {
    private @Nullable LongJob job;
    private @Nullable Runnable cancel;
    private boolean wanted;

    void now() {
      wanted = true;
      if (cancel != null) {
        cancel.run();
      }
    }

    void set(Runnable action) {
      cancel = action;
      if (wanted) {
        action.run();
      }
    }
  }
}
