package io.granular.engine.quant;

import java.util.stream.IntStream;

/**
 * The factor U of {@code A = U D U^T}, upper triangular with ones on its diagonal, of a symmetric positive definite
 * matrix. Worked from the last block of columns to the first; two thirds of the time goes into {@link #update}, whose
 * inner loops HotSpot vectorises.
 */
final class UpperFactor {
  private static final int BLOCK = 64;
  private static final int TILE = 512;
  private static final int UNROLL = 4;

  private final float[] a;
  private final int n;
  /** Of the current block, {@code U} by columns {@code [BLOCK, n]} and {@code U D} by rows {@code [n, BLOCK]}. */
  private final float[] u;
  private final float[] y;
  private final float[] d;

  private UpperFactor(float[] a, int n) {
    this.a = a;
    this.n = n;
    this.u = new float[BLOCK * n];
    this.y = new float[n * BLOCK];
    this.d = new float[n];
  }

  /**
   * Overwrites the matrix's strict upper triangle with U's; diagonal and lower triangle are of no use after.
   *
   * @param a {@code [n, n]}; only the upper triangle is read
   * @return false if it is not positive definite to working precision
   */
  static boolean factor(float[] a, int n) {
    return new UpperFactor(a, n).factor();
  }

  private boolean factor() {
    for (int end = n; end > 0; end -= BLOCK) {
      int start = Math.max(0, end - BLOCK);
      if (!diagonal(start, end)) {
        return false;
      }
      panel(start, end);
      update(start, end);
    }
    return true;
  }

  private boolean diagonal(int start, int end) {
    for (int k = end - 1; k >= start; k--) {
      float pivot = a[k * n + k];
      // Also false for NaN.
      if (!(pivot > 0) || !Float.isFinite(pivot)) {
        return false;
      }
      d[k] = pivot;
      for (int i = start; i < k; i++) {
        float v = a[i * n + k];
        for (int j = i; j < k; j++) {
          a[i * n + j] -= v * (a[j * n + k] / pivot);
        }
      }
      for (int i = start; i < k; i++) {
        a[i * n + k] /= pivot;
      }
    }
    return true;
  }

  /** Solves {@code Y U_block^T = A} for the rows above the block. */
  private void panel(int start, int end) {
    IntStream.range(0, start).parallel().forEach(i -> {
      for (int c = end - 1; c >= start; c--) {
        float v = a[i * n + c];
        for (int m = c + 1; m < end; m++) {
          v -= y[i * BLOCK + m - start] * a[c * n + m];
        }
        y[i * BLOCK + c - start] = v;
        float factor = v / d[c];
        u[(c - start) * n + i] = factor;
        a[i * n + c] = factor;
      }
    });
  }

  /** {@code A -= Y U^T} above the block. */
  private void update(int start, int end) {
    int size = end - start;
    IntStream.range(0, Math.ceilDiv(start, UNROLL)).parallel().forEach(chunk -> {
      int last = Math.min(start, (chunk + 1) * UNROLL);
      for (int tile = chunk * UNROLL / TILE * TILE; tile < start; tile += TILE) {
        for (int i = chunk * UNROLL; i < last; i++) {
          int from = Math.max(tile, i);
          subtract(i, from, Math.min(start, tile + TILE), size);
        }
      }
    });
  }

  private void subtract(int i, int from, int to, int size) {
    int row = i * n;
    int c = 0;
    for (; c + UNROLL <= size; c += UNROLL) {
      float y0 = y[i * BLOCK + c];
      float y1 = y[i * BLOCK + c + 1];
      float y2 = y[i * BLOCK + c + 2];
      float y3 = y[i * BLOCK + c + 3];
      int u0 = c * n;
      int u1 = u0 + n;
      int u2 = u1 + n;
      int u3 = u2 + n;
      for (int j = from; j < to; j++) {
        a[row + j] -= y0 * u[u0 + j] + y1 * u[u1 + j] + y2 * u[u2 + j] + y3 * u[u3 + j];
      }
    }
    for (; c < size; c++) {
      float y0 = y[i * BLOCK + c];
      int u0 = c * n;
      for (int j = from; j < to; j++) {
        a[row + j] -= y0 * u[u0 + j];
      }
    }
  }
}
