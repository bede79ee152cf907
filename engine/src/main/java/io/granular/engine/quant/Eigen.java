package io.granular.engine.quant;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues of a small symmetric matrix by Jacobi's rotations, largest first.
 *
 * @param values n of them
 * @param vectors {@code [n, n]}, eigenvector k in column k
 */
record Eigen(double[] values, double[] vectors) {
  private static final int SWEEPS = 30;
  private static final double CONVERGED = 1e-22;

  /** Of {@code a[n, n]}, overwritten. */
  static Eigen of(double[] a, int n) {
    double[] v = new double[n * n];
    double scale = 0;
    for (int i = 0; i < n; i++) {
      v[i * n + i] = 1;
      scale += a[i * n + i] * a[i * n + i];
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double off = 0;
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          off += a[p * n + q] * a[p * n + q];
          rotate(a, v, n, p, q);
        }
      }
      if (off <= CONVERGED * scale) {
        break;
      }
    }
    return sorted(a, v, n);
  }

  private static void rotate(double[] a, double[] v, int n, int p, int q) {
    double apq = a[p * n + q];
    if (apq == 0) {
      return;
    }
    double theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
    double t = Math.signum(theta == 0 ? 1 : theta)
        / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (int i = 0; i < n; i++) {
      double x = a[i * n + p];
      double y = a[i * n + q];
      a[i * n + p] = c * x - s * y;
      a[i * n + q] = s * x + c * y;
    }
    for (int i = 0; i < n; i++) {
      double x = a[p * n + i];
      double y = a[q * n + i];
      a[p * n + i] = c * x - s * y;
      a[q * n + i] = s * x + c * y;
      double vx = v[i * n + p];
      double vy = v[i * n + q];
      v[i * n + p] = c * vx - s * vy;
      v[i * n + q] = s * vx + c * vy;
    }
  }

  private static Eigen sorted(double[] a, double[] v, int n) {
    int[] order = IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -a[i * n + i]))
        .mapToInt(Integer::intValue)
        .toArray();
    double[] values = new double[n];
    double[] vectors = new double[n * n];
    for (int k = 0; k < n; k++) {
      values[k] = a[order[k] * n + order[k]];
      for (int i = 0; i < n; i++) {
        vectors[i * n + k] = v[i * n + order[k]];
      }
    }
    return new Eigen(values, vectors);
  }
}
