package io.granular.engine.train;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Tells how far training is and how long it will take; ends it, or lets it wait, when asked. */
final class TrainingClock {
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(50);

  private final RunListener listener;
  private final Trainer.Control control;
  private final Schedule schedule;
  private final long start = System.nanoTime();
  private long began;
  private long waited;

  TrainingClock(RunListener listener, Trainer.Control control, Schedule schedule) {
    this.listener = listener;
    this.control = control;
    this.schedule = schedule;
  }

  /** Throws if training is to end. */
  void check() {
    if (control.cancelled()) {
      throw new CancellationException("the training was cancelled");
    }
  }

  /** Announces what comes before or after training. */
  void stage(Stage stage) {
    listener.progress(new RunProgress(stage, 0, 0, seconds(start), Double.NaN, null));
  }

  /**
   * Training begins now.
   *
   * @param before seconds that it had been training when it was interrupted
   */
  void begin(double before) {
    began = System.nanoTime() - Math.round(before * 1e9);
  }

  /** Seconds since training began, without pauses. */
  double trained() {
    return (System.nanoTime() - began - waited) / 1e9;
  }

  /**
   * Waits as long as it is to pause.
   *
   * @param first done before waiting
   */
  void pause(int step, RunProgress.@Nullable Learning learning, Runnable first) {
    if (!control.paused() || control.cancelled()) {
      return;
    }
    first.run();
    long since = System.nanoTime();
    tell(Stage.PAUSED, step, learning);
    while (control.paused() && !control.cancelled()) {
      LockSupport.parkNanos(LOOK_AGAIN);
    }
    waited += System.nanoTime() - since;
    tell(Stage.TRAINING, step, learning);
  }

  /** A step has been made. */
  void step(int step, RunProgress.@Nullable Learning learning) {
    tell(Stage.TRAINING, step, learning);
  }

  private void tell(Stage stage, int step, RunProgress.@Nullable Learning learning) {
    double done = schedule.done(step, trained());
    boolean known = step > 0 && done > 0;
    double left = known ? trained() * (1 - done) / done : Double.NaN;
    int expected = known ? Math.max(step, (int) Math.round(step / done)) : 0;
    listener
        .progress(new RunProgress(stage, step, expected, seconds(start), left, null, learning));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
