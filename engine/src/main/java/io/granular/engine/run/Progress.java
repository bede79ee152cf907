package io.granular.engine.run;

import io.granular.engine.run.RunProgress.Stage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps the clock of a run, tells its listener, and ends it when asked. */
final class Progress {
  private final RunListener listener;
  private final BooleanSupplier cancelled;
  private final Stage evaluating;
  private final long start = System.nanoTime();
  private final List<Double> steps = new ArrayList<>();
  private int expected;

  Progress(RunListener listener, BooleanSupplier cancelled) {
    this(listener, cancelled, Stage.STEPS);
  }

  /** @param evaluating the stage in which the network is evaluated */
  Progress(RunListener listener, BooleanSupplier cancelled, Stage evaluating) {
    this.evaluating = evaluating;
    this.listener = listener;
    this.cancelled = cancelled;
  }

  /** Seconds since the run started. */
  double elapsed() {
    return seconds(start);
  }

  /** Seconds since a {@link System#nanoTime}. */
  static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** How many network evaluations there will be. */
  void expect(int evaluations) {
    expected = evaluations;
  }

  /** Announces a stage. */
  void stage(Stage stage) {
    tell(stage, null);
  }

  /** Announces a finished network evaluation. */
  void step(double seconds, @Nullable Path preview) {
    steps.add(seconds);
    tell(evaluating, preview);
  }

  /** Seconds of every evaluation so far. */
  List<Double> steps() {
    return List.copyOf(steps);
  }

  private void tell(Stage stage, @Nullable Path preview) {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException(
          "cancelled after " + steps.size() + " of " + expected + " steps");
    }
    double mean = steps.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    listener.progress(new RunProgress(stage, steps.size(), expected, elapsed(),
        mean * (expected - steps.size()), preview));
  }
}
