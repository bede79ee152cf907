package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;

/**
 * The range of least squared error as torch.ao's {@code HistogramObserver} finds it
 * ({@code _non_linear_param_search}, from Caffe2's {@code NormMinimization}): the ends move inwards by quantiles, always
 * the one that skips more bins, until the error grows.
 */
final class NonLinearSearch {
  private static final double STEP = 1e-5;

  private final Histogram histogram;
  private final int levels;
  private final double width;

  /** @param levels number of integers */
  NonLinearSearch(Histogram histogram, int levels) {
    this.histogram = histogram;
    this.levels = levels;
    this.width = histogram.width();
  }

  ValueRange range() {
    double[] counts = histogram.counts();
    double[] sums = counts.clone();
    for (int i = 1; i < sums.length; i++) {
      sums[i] += sums[i - 1];
    }
    double total = sums[sums.length - 1];
    double alpha = 0;
    double beta = 1;
    int start = 0;
    int end = counts.length - 1;
    double least = Double.POSITIVE_INFINITY;
    while (alpha < beta) {
      double nextAlpha = alpha + STEP;
      double nextBeta = beta - STEP;
      int left = start;
      int right = end;
      while (left < end && sums[left] < nextAlpha * total) {
        left++;
      }
      while (right > start && sums[right] > nextBeta * total) {
        right--;
      }
      int nextStart = start;
      int nextEnd = end;
      if (left - start > end - right) {
        nextStart = left;
        alpha = nextAlpha;
      } else {
        nextEnd = right;
        beta = nextBeta;
      }
      if (nextStart == start && nextEnd == end) {
        continue;
      }
      double error = error(nextStart, nextEnd);
      if (error > least) {
        break;
      }
      least = error;
      start = nextStart;
      end = nextEnd;
    }
    float low = histogram.range().min();
    return new ValueRange((float) (low + width * start), (float) (low + width * (end + 1)));
  }

  /** Squared error with the integers spread over some bins, the numbers evenly within theirs. */
  private double error(int start, int end) {
    double step = width * (end - start + 1) / levels;
    if (step == 0) {
      return 0;
    }
    double whole = norm(-step / 2, step / 2);
    double sum = 0;
    double[] counts = histogram.counts();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] == 0) {
        continue;
      }
      double from = (i - start) * width;
      double to = from + width;
      int first = level(from, step);
      int last = level(to, step);
      sum += counts[i] / width
          * (norm(from - (first + 0.5) * step, step / 2)
              + (last - first - 1) * whole
              + norm(-step / 2, to - (last + 0.5) * step));
    }
    return sum;
  }

  /** The integer below a number, or the nearest there is; truncation is rounding down from zero upwards. */
  private int level(double x, double step) {
    return Math.min(Math.max((int) (x / step), 0), levels - 1);
  }

  /** Integral of x squared. */
  private static double norm(double from, double to) {
    return (to * to * to - from * from * from) / 3;
  }
}
