package io.granular.engine.metric;

/**
 * A mean over independent samples with its 95 % confidence interval by Student's t.
 *
 * @param mean of the samples; NaN if there are none
 * @param low lower end; NaN for fewer than two samples
 * @param high upper end; NaN for fewer than two samples
 * @param samples how many
 */
public record Interval(double mean, double low, double high, int samples) {
  /** Nothing was measured. */
  public static final Interval NONE = new Interval(Double.NaN, Double.NaN, Double.NaN, 0);

  /** 97.5 % points of Student's t for 1 to 30 degrees of freedom. */
  private static final double[] STUDENT = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
      2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080,
      2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  private static final double NORMAL = 1.959964;

  /** Of these samples. */
  public static Interval of(double... samples) {
    int n = samples.length;
    if (n == 0) {
      return NONE;
    }
    double mean = 0;
    for (double x : samples) {
      mean += x / n;
    }
    if (n == 1) {
      return new Interval(mean, Double.NaN, Double.NaN, 1);
    }
    double squares = 0;
    for (double x : samples) {
      squares += (x - mean) * (x - mean);
    }
    double half = student(n - 1) * Math.sqrt(squares / (n - 1) / n);
    return new Interval(mean, mean - half, mean + half, n);
  }

  /**
   * Of the differences {@code a[i] - b[i]}: for two measurements on the same samples.
   *
   * @throws IllegalArgumentException if the lengths differ
   */
  public static Interval ofDifferences(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException("Pairs need as many of one as of the other, not "
          + a.length + " and " + b.length + ".");
    }
    double[] differences = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      differences[i] = a[i] - b[i];
    }
    return of(differences);
  }

  /** Beyond the table by the first terms of Cornish and Fisher's expansion, good to 1e-3 there. */
  private static double student(int freedom) {
    if (freedom <= STUDENT.length) {
      return STUDENT[freedom - 1];
    }
    double z = NORMAL;
    double first = (Math.pow(z, 3) + z) / 4;
    double second = (5 * Math.pow(z, 5) + 16 * Math.pow(z, 3) + 3 * z) / 96;
    return z + first / freedom + second / freedom / freedom;
  }
}
