package io.granular.engine.metric;

/**
 * How far an array is from a reference array, for tensors of any shape. NaN anywhere makes the
 * result NaN.
 */
public final class Statistics {
  private Statistics() {}

  /**
   * Signal to quantization noise ratio in dB:
   * {@code 10 * log10(sum(reference^2) / sum((test - reference)^2))}.
   *
   * @return {@link Double#POSITIVE_INFINITY} if both are equal
   * @throws IllegalArgumentException if the lengths differ or are 0
   */
  public static double sqnr(float[] reference, float[] test) {
    requireSameLength(reference, test);
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < reference.length; i++) {
      double d = (double) test[i] - reference[i];
      signal += (double) reference[i] * reference[i];
      noise += d * d;
    }
    return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
  }

  /**
   * Mean squared error: {@code mean((test - reference)^2)}.
   *
   * @throws IllegalArgumentException if the lengths differ or are 0
   */
  public static double mse(float[] reference, float[] test) {
    requireSameLength(reference, test);
    double noise = 0;
    for (int i = 0; i < reference.length; i++) {
      double d = (double) test[i] - reference[i];
      noise += d * d;
    }
    return noise / reference.length;
  }

  /** Mean of the squares. */
  public static double meanSquare(float[] values) {
    double sum = 0;
    for (float x : values) {
      sum += (double) x * x;
    }
    return sum / values.length;
  }

  /**
   * The largest error relative to the largest value: {@code max|test - reference| /
   * max|reference|}.
   *
   * @return 0 if both are equal; {@link Double#POSITIVE_INFINITY} if only the reference is all zero
   * @throws IllegalArgumentException if the lengths differ or are 0
   */
  public static double maxRelative(float[] reference, float[] test) {
    requireSameLength(reference, test);
    double error = 0;
    double peak = 0;
    for (int i = 0; i < reference.length; i++) {
      error = Math.max(error, Math.abs((double) test[i] - reference[i]));
      peak = Math.max(peak, Math.abs(reference[i]));
    }
    return error == 0 ? 0 : error / peak;
  }

  private static void requireSameLength(float[] reference, float[] test) {
    if (reference.length != test.length) {
      throw new IllegalArgumentException("Arrays can only be compared at the same length: the"
          + " reference has " + reference.length + " elements and the other one "
          + test.length + ".");
    }
    if (reference.length == 0) {
      throw new IllegalArgumentException("Empty arrays cannot be compared.");
    }
  }
}
