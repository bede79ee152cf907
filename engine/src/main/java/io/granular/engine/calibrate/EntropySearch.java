package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;

/**
 * The symmetric range whose integers keep most of the distribution: least Kullback-Leibler divergence between the clipped
 * histogram and itself in as many bins as there are integers; ONNX Runtime's {@code get_entropy_threshold}, after
 * Migacz, "8-bit inference with TensorRT" (2017).
 */
final class EntropySearch {
  private static final double SMOOTHING = 1e-4;

  private final GrowingHistogram histogram;
  private final long[] counts;
  private final int levels;

  /**
   * @param histogram around zero, with an even number of bins
   * @param levels bins to squeeze it into, even: as many as integers; ONNX Runtime takes 128 even for 8 bits
   */
  EntropySearch(GrowingHistogram histogram, int levels) {
    this.histogram = histogram;
    this.counts = histogram.counts();
    this.levels = levels;
  }

  ValueRange range() {
    int middle = counts.length / 2;
    double least = Double.POSITIVE_INFINITY;
    int bestStart = 0;
    int bestEnd = counts.length;
    for (int i = Math.min(levels / 2, middle); i <= middle; i++) {
      int start = middle - i;
      int end = Math.min(middle + i + 1, counts.length);
      double divergence = divergence(start, end);
      if (divergence < least) {
        least = divergence;
        bestStart = start;
        bestEnd = end;
      }
    }
    return histogram.within(histogram.edge(bestStart), histogram.edge(bestEnd));
  }

  private double divergence(int start, int end) {
    int n = end - start;
    double[] p = new double[n];
    for (int i = 0; i < n; i++) {
      p[i] = counts[start + i];
    }
    for (int i = 0; i < start; i++) {
      p[0] += counts[i];
    }
    for (int i = end; i < counts.length; i++) {
      p[n - 1] += counts[i];
    }
    double[] q = squeezed(p, start);
    return smooth(p) && smooth(q) ? kullbackLeibler(p, q) : Double.POSITIVE_INFINITY;
  }

  /** The clipped counts merged into {@code levels} bins and spread evenly over where p is not empty. */
  private double[] squeezed(double[] p, int start) {
    int n = p.length;
    int merged = Math.max(1, n / levels);
    int bins = Math.min(levels, n);
    double[] q = new double[n];
    for (int bin = 0; bin < bins; bin++) {
      int from = bin * merged;
      int to = from + merged;
      long sum = 0;
      int filled = 0;
      for (int i = from; i < to; i++) {
        sum += counts[start + i];
        filled += p[i] != 0 ? 1 : 0;
      }
      if (bin == bins - 1) {
        for (int i = to; i < n; i++) {
          sum += counts[start + i];
        }
      }
      if (filled > 0) {
        for (int i = from; i < to; i++) {
          // ONNX Runtime's q is an array of whole numbers.
          q[i] = Math.floor((double) sum / filled);
        }
      }
    }
    return q;
  }

  /** Takes a little from the filled bins for the empty ones; false if all are empty. */
  private static boolean smooth(double[] x) {
    int empty = 0;
    for (double v : x) {
      empty += v == 0 ? 1 : 0;
    }
    if (empty == x.length) {
      return false;
    }
    double taken = SMOOTHING * empty / (x.length - empty);
    for (int i = 0; i < x.length; i++) {
      x[i] += x[i] == 0 ? SMOOTHING : -taken;
    }
    return true;
  }

  private static double kullbackLeibler(double[] p, double[] q) {
    double sumP = 0;
    double sumQ = 0;
    for (int i = 0; i < p.length; i++) {
      sumP += p[i];
      sumQ += q[i];
    }
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i] / sumP * Math.log(p[i] / sumP / (q[i] / sumQ));
    }
    return sum;
  }
}
