package io.granular.engine.diffusion;

import java.util.Arrays;

/** Which timesteps a run of a given number of steps visits, noisiest first; as NumPy computes it. */
final class Timesteps {
  private Timesteps() {}

  /**
   * The evenly spaced timesteps of DDIM, PNDM and the Euler family. With {@link Spacing#LINSPACE}
   * they are not whole numbers.
   *
   * @param trained number of trained timesteps
   * @param offset added with {@link Spacing#LEADING}
   */
  static double[] of(Spacing spacing, int trained, int steps, int offset) {
    return switch (spacing) {
      case LINSPACE -> reversed(linspace(0, trained - 1, steps));
      case LEADING -> leading(trained / steps, steps, 0, offset);
      case TRAILING -> trailing(trained, trained, steps);
    };
  }

  /**
   * The timesteps of the multistep solvers, whole numbers: the grid has one point more, and its
   * last one is where the solution ends. May be fewer than {@code steps} with
   * {@link Spacing#TRAILING} if {@code last} cuts some off.
   *
   * @param trained number of trained timesteps
   * @param last the noisiest ones from this on are left out
   */
  static double[] ofGrid(Spacing spacing, int trained, int last, int steps, int offset) {
    return switch (spacing) {
      case LINSPACE -> Arrays.copyOf(rounded(reversed(linspace(0, last - 1, steps + 1))), steps);
      case LEADING -> leading(last / (steps + 1), steps, 1, offset);
      case TRAILING -> trailing(trained, last, steps);
    };
  }

  /** The nearest whole numbers, halves to the even one. */
  static double[] rounded(double[] t) {
    return Arrays.stream(t).map(Math::rint).toArray();
  }

  /** The values in single precision. */
  static double[] single(double[] t) {
    return Arrays.stream(t).map(v -> (float) v).toArray();
  }

  /** {@code n} numbers from {@code start} to {@code stop}, both included; {@code start} if one. */
  static double[] linspace(double start, double stop, int n) {
    double[] result = new double[n];
    double step = (stop - start) / (n - 1);
    for (int i = 1; i < n; i++) {
      result[i] = i * step + start;
    }
    result[n - 1] = stop;
    result[0] = start;
    return result;
  }

  static double[] reversed(double[] t) {
    double[] result = new double[t.length];
    for (int i = 0; i < t.length; i++) {
      result[i] = t[t.length - 1 - i];
    }
    return result;
  }

  private static double[] leading(int ratio, int steps, int first, int offset) {
    if (ratio == 0) {
      throw new IllegalArgumentException("The model was not trained on enough timesteps for "
          + steps + " steps with leading spacing; take fewer steps.");
    }
    double[] result = new double[steps];
    for (int i = 0; i < steps; i++) {
      result[i] = (double) (steps - 1 - i + first) * ratio + offset;
    }
    return result;
  }

  /**
   * Never more than {@code steps}: for some numbers, 61 of 1000 for one, the reference's rounding
   * adds a last timestep of -1, which no model was trained on.
   */
  private static double[] trailing(int trained, int last, int steps) {
    double ratio = (double) trained / steps;
    // NumPy fills a range with multiples of the difference of its first two numbers.
    double difference = last - ratio - last;
    int count = Math.min(steps, (int) Math.ceil(last / ratio));
    double[] result = new double[count];
    for (int i = 0; i < count; i++) {
      result[i] = Math.rint(last + i * difference) - 1;
    }
    return result;
  }
}
