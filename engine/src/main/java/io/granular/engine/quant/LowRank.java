package io.granular.engine.quant;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The best product of a tall and a wide matrix of small rank, {@code W ~ left * right}, by randomized subspace iteration
 * (Halko, Martinsson and Tropp 2011). Deterministic.
 *
 * @param rank at most the smaller side of W
 * @param left {@code [rows, rank]}, rounded to fp16
 * @param right {@code [rank, columns]}, rounded to fp16
 */
public record LowRank(int rank, float[] left, float[] right) {
  private static final int MORE = 8;
  private static final int ITERATIONS = 4;
  private static final long SEED = 0x10;
  private static final int LANES = 16;

  /** Of a matrix {@code [rows, columns]}. */
  public static LowRank of(float[] w, int rows, int columns, int rank) {
    int kept = Math.min(rank, Math.min(rows, columns));
    int size = Math.min(kept + MORE, Math.min(rows, columns));
    Random random = new Random(SEED);
    float[] right = new float[size * columns];
    for (int i = 0; i < right.length; i++) {
      right[i] = (float) random.nextGaussian();
    }
    float[] left = new float[size * rows];
    for (int i = 0; i < ITERATIONS; i++) {
      orthonormal(right, size, columns);
      forth(w, rows, columns, right, left, size);
      orthonormal(left, size, rows);
      back(w, rows, columns, left, right, size);
    }
    // W ~ left^T right, left orthonormal: the singular values are those of right.
    Eigen eigen = Eigen.of(gram(right, size, columns), size);
    return balanced(left, right, eigen, rows, columns, size, kept);
  }

  /** What the product leaves of the matrix. */
  float[] residual(float[] w, int rows, int columns) {
    float[] rest = new float[w.length];
    IntStream.range(0, rows).parallel().forEach(row -> {
      System.arraycopy(w, row * columns, rest, row * columns, columns);
      for (int k = 0; k < rank; k++) {
        add(rest, row * columns, right, k * columns, -left[row * rank + k], columns);
      }
    });
    return rest;
  }

  /** Adds the product to a matrix {@code [rows, columns]} in place. */
  void addTo(float[] w, int rows, int columns) {
    IntStream.range(0, rows).parallel().forEach(row -> {
      for (int k = 0; k < rank; k++) {
        add(w, row * columns, right, k * columns, left[row * rank + k], columns);
      }
    });
  }

  /** Both factors carry the root of each singular value, so that neither leaves the range of fp16. */
  private static LowRank balanced(float[] left, float[] right, Eigen eigen, int rows, int columns,
      int size, int kept) {
    float[] l = new float[rows * kept];
    float[] r = new float[kept * columns];
    IntStream.range(0, kept).parallel().forEach(k -> {
      double root = Math.sqrt(Math.sqrt(Math.max(eigen.values()[k], 0)));
      float inverse = root > 0 ? (float) (1 / root) : 0;
      for (int m = 0; m < size; m++) {
        float v = (float) eigen.vectors()[m * size + k];
        for (int row = 0; row < rows; row++) {
          l[row * kept + k] += left[m * rows + row] * v * (float) root;
        }
        add(r, k * columns, right, m * columns, v * inverse, columns);
      }
    });
    return new LowRank(kept, halves(l), halves(r));
  }

  private static float[] halves(float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = Float.float16ToFloat(Float.floatToFloat16(x[i]));
    }
    return x;
  }

  /** {@code left[k] = W right[k]}. */
  private static void forth(float[] w, int rows, int columns, float[] right, float[] left,
      int size) {
    IntStream.range(0, rows).parallel().forEach(row -> {
      for (int k = 0; k < size; k++) {
        left[k * rows + row] = dot(w, row * columns, right, k * columns, columns);
      }
    });
  }

  /** {@code right[k] = W^T left[k]}. */
  private static void back(float[] w, int rows, int columns, float[] left, float[] right,
      int size) {
    IntStream.range(0, size).parallel().forEach(k -> {
      Arrays.fill(right, k * columns, (k + 1) * columns, 0);
      for (int row = 0; row < rows; row++) {
        add(right, k * columns, w, row * columns, left[k * rows + row], columns);
      }
    });
  }

  /** Modified Gram-Schmidt over rows of {@code [size, n]}. */
  private static void orthonormal(float[] x, int size, int n) {
    for (int k = 0; k < size; k++) {
      for (int pass = 0; pass < 2; pass++) {
        for (int m = 0; m < k; m++) {
          add(x, k * n, x, m * n, -dot(x, k * n, x, m * n, n), n);
        }
      }
      double norm = Math.sqrt(dot(x, k * n, x, k * n, n));
      float inverse = norm > 0 ? (float) (1 / norm) : 0;
      for (int i = k * n; i < (k + 1) * n; i++) {
        x[i] *= inverse;
      }
    }
  }

  private static double[] gram(float[] x, int size, int n) {
    double[] g = new double[size * size];
    IntStream.range(0, size).parallel().forEach(i -> {
      for (int j = 0; j < size; j++) {
        g[i * size + j] = dot(x, i * n, x, j * n, n);
      }
    });
    return g;
  }

  private static void add(float[] to, int at, float[] from, int start, float factor, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] += factor * from[start + i];
    }
  }

  /** Sixteen sums at a time: HotSpot does not reorder a single one. */
  private static float dot(float[] a, int i, float[] b, int j, int count) {
    float[] sums = new float[LANES];
    int whole = count / LANES * LANES;
    for (int k = 0; k < whole; k += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        sums[lane] += a[i + k + lane] * b[j + k + lane];
      }
    }
    float sum = 0;
    for (int k = whole; k < count; k++) {
      sum += a[i + k] * b[j + k];
    }
    for (float s : sums) {
      sum += s;
    }
    return sum;
  }
}
