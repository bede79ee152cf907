package io.granular.engine.train;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Learning;
import io.granular.engine.run.RunProgress.Stage;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Tells how far training is and how long it will take, and ends it when asked. */
final class TrainingClock {
  private final RunListener listener;
  private final BooleanSupplier cancelled;
  private final Schedule schedule;
  private final long start = System.nanoTime();
  private long began;

  TrainingClock(RunListener listener, BooleanSupplier cancelled, Schedule schedule) {
    this.listener = listener;
    this.cancelled = cancelled;
    this.schedule = schedule;
  }

  /** Throws if training is to end. */
  void check() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the training was cancelled");
    }
  }

  /** Announces what comes before training. */
  void stage(Stage stage) {
    check();
    listener.progress(new RunProgress(stage, 0, 0, seconds(start), Double.NaN, null));
  }

  /** Training begins now. */
  void begin() {
    began = System.nanoTime();
  }

  /** Seconds since training began. */
  double trained() {
    return seconds(began);
  }

  /** A step has been made. */
  void step(int step, @Nullable Learning learning) {
    double done = schedule.done(step, trained());
    boolean known = step > 0 && done > 0;
    double left = known ? trained() * (1 - done) / done : Double.NaN;
    int expected = known ? Math.max(step, (int) Math.round(step / done)) : 0;
    listener.progress(new RunProgress(Stage.TRAINING, step, expected, seconds(start), left, null,
        learning));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
