package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;
import java.util.Arrays;

/**
 * Counts in equal bins whose width never changes; larger numbers get more bins, as in ONNX Runtime's
 * {@code HistogramCollector}. When there are too many, neighbours are joined, which ONNX Runtime does not do: its
 * histogram has no bound.
 *
 * @param first where the first bin begins
 * @param width of every bin
 * @param counts one per bin
 * @param extent smallest and largest number counted
 */
public record GrowingHistogram(double first, double width, long[] counts, ValueRange extent) {
  /** Most bins. */
  static final int LIMIT = 8192;

  public GrowingHistogram {
    if (!(width > 0) || !Double.isFinite(first) || counts.length == 0) {
      throw new IllegalArgumentException(
          "no histogram: from " + first + " in " + counts.length + " bins of " + width);
    }
  }

  /** Equal bins over a range; a range of one number is widened, as {@code numpy.histogram} does. */
  static GrowingHistogram over(double low, double high, int bins, ValueRange extent) {
    double from = low == high ? low - 0.5 : low;
    double to = low == high ? high + 0.5 : high;
    return new GrowingHistogram(from, (to - from) / bins, new long[bins], extent);
  }

  double edge(int i) {
    return first + i * width;
  }

  double last() {
    return edge(counts.length);
  }

  /** With more numbers, none of them outside the bins. */
  GrowingHistogram plus(float[] x, ValueRange of, boolean magnitudes) {
    int n = counts.length;
    long[] added = Counting.count(x, n, v -> {
      double at = ((magnitudes ? Math.abs(v) : v) - first) / width;
      // The last bin includes its end; a rounding error below the first is no number outside.
      return (int) Math.clamp(at, 0, n - 1);
    });
    for (int i = 0; i < n; i++) {
      added[i] += counts[i];
    }
    return new GrowingHistogram(first, width, added,
        new ValueRange(Math.min(extent.min(), of.min()), Math.max(extent.max(), of.max())));
  }

  /** With empty bins before and after. */
  GrowingHistogram widened(int before, int after) {
    GrowingHistogram joined = this;
    int more = before + after;
    while (joined.counts.length + (long) more > LIMIT) {
      joined = joined.halved(before > 0);
      more = Math.ceilDiv(before, 2) + Math.ceilDiv(after, 2);
      before = Math.ceilDiv(before, 2);
      after = Math.ceilDiv(after, 2);
    }
    long[] wider = new long[joined.counts.length + before + after];
    System.arraycopy(joined.counts, 0, wider, before, joined.counts.length);
    return new GrowingHistogram(joined.first - before * joined.width, joined.width, wider, extent);
  }

  /** With half as many bins, twice as wide; an odd bin is filled up, on both sides if that keeps the middle. */
  private GrowingHistogram halved(boolean centred) {
    int n = counts.length;
    int pad = centred ? Math.floorMod(-n, 4) / 2 : 0;
    long[] padded = new long[n + 2 * pad + Math.floorMod(n, 2)];
    System.arraycopy(counts, 0, padded, pad, n);
    long[] half = new long[padded.length / 2];
    for (int i = 0; i < half.length; i++) {
      half[i] = padded[2 * i] + padded[2 * i + 1];
    }
    return new GrowingHistogram(first - pad * width, 2 * width, half, extent);
  }

  long total() {
    return Arrays.stream(counts).sum();
  }

  /** The range, but no wider than the numbers counted. */
  ValueRange within(double low, double high) {
    float min = (float) Math.max(low, extent.min());
    return new ValueRange(min, Math.max(min, (float) Math.min(high, extent.max())));
  }
}
