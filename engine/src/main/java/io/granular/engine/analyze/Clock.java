package io.granular.engine.analyze;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Counts measurements, tells how long the others will take, and ends the analysis when asked. */
final class Clock {
  private final RunListener listener;
  private final BooleanSupplier cancelled;
  private final long start = System.nanoTime();
  private int expected;
  private int done;
  private int timed;
  private double seconds;

  Clock(RunListener listener, BooleanSupplier cancelled) {
    this.listener = listener;
    this.cancelled = cancelled;
    tell(Stage.LOADING);
  }

  /** How many measurements there will be. */
  void expect(int measurements) {
    expected = measurements;
    tell(Stage.ANALYZING);
  }

  /** Throws if the analysis is to end. */
  void check() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException(
          "cancelled after " + done + " of " + expected + " measurements");
    }
  }

  /** A measurement is there; those that were kept from an earlier analysis take no time. */
  void done(double took, boolean kept) {
    done++;
    if (!kept) {
      timed++;
      seconds += took;
    }
    tell(Stage.ANALYZING);
  }

  double elapsed() {
    return seconds(start);
  }

  static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private void tell(Stage stage) {
    check();
    double left = timed == 0 ? Double.NaN : seconds / timed * (expected - done);
    listener.progress(new RunProgress(stage, done, expected, elapsed(), left, null));
  }
}
