package io.granular.engine.train;

import org.jspecify.annotations.Nullable;

/**
 * How long training takes, and the learning rate meanwhile: a linear warm-up, then half a cosine down to zero.
 *
 * @param minutes null if {@code steps} says it
 * @param steps null if {@code minutes} says it
 * @param rate the highest
 */
record Schedule(@Nullable Double minutes, @Nullable Integer steps, double rate) {
  Schedule(Length length, double rate) {
    this(length.minutes(), length.steps(), rate);
  }

  private static final double WARM_UP = 0.05;
  /** Averages over about a hundred steps, fewer at the beginning. */
  private static final double LONGEST_AVERAGE = 0.99;

  /** How much of the training is behind us, 0 to 1. */
  double done(int step, double seconds) {
    double done = steps != null ? (double) step / steps
        : minutes != null ? seconds / (60 * minutes) : 1;
    return Math.min(1, done);
  }

  /** The learning rate when so much is done; of a first step that is as long as {@code ahead}. */
  double rateAt(double done, double ahead) {
    double now = Math.min(1, done + ahead);
    double decay = 0.5 * (1 + Math.cos(Math.PI * Math.max(0, done - WARM_UP) / (1 - WARM_UP)));
    return rate * Math.min(1, now / WARM_UP) * decay;
  }

  /** Share that the average takes from a step's parameters. */
  static double averaging(int step) {
    return 1 - Math.min(LONGEST_AVERAGE, (1.0 + step) / (10.0 + step));
  }
}
