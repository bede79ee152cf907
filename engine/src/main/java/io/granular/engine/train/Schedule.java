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
  private static final double BETWEEN_EXAMINATIONS = 30;
  private static final int FEWEST_EXAMINATIONS = 4;
  private static final int USUAL_EXAMINATIONS = 16;
  private static final int STEPS_BETWEEN = 50;
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

  /**
   * Whether it is time for an examination. Where steps say how long, it depends on nothing but steps, so that the same steps
   * always give the same model; else an examination, which takes a second or two on two cores, is due every half minute.
   *
   * @param now share of the training that is behind us
   * @param seconds of training
   */
  boolean examines(Standing standing, double now, double seconds) {
    if (now >= 1) {
      return true;
    }
    if (steps != null) {
      int between = Math.min(Math.ceilDiv(steps, FEWEST_EXAMINATIONS),
          Math.max(STEPS_BETWEEN, Math.ceilDiv(steps, USUAL_EXAMINATIONS)));
      return standing.step % between == 0;
    }
    return seconds - standing.examinedSeconds >= BETWEEN_EXAMINATIONS
        || now - standing.examinedDone >= 1.0 / FEWEST_EXAMINATIONS;
  }
}
