package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;
import org.jspecify.annotations.Nullable;

/**
 * A histogram from the smallest to the largest number so far, as torch.ao's {@code HistogramObserver}: when the range
 * grows, what was counted before is spread over the new parts.
 */
public final class HistogramObserver {
  /** torch.ao's number of bins. */
  public static final int BINS = 2048;
  /** Every old part is cut into so many before it is spread. */
  private static final int UPSAMPLE = 16;

  private @Nullable Histogram seen;

  /** Takes in a tensor with its extent. */
  public void observe(float[] x, ValueRange extent) {
    Histogram before = seen;
    ValueRange range = before == null ? extent
        : new ValueRange(Math.min(before.range().min(), extent.min()),
            Math.max(before.range().max(), extent.max()));
    double[] counts = before == null ? new double[BINS] : spread(before, range);
    long[] added = count(x, range);
    for (int i = 0; i < BINS; i++) {
      counts[i] += added[i];
    }
    seen = new Histogram(range, counts);
  }

  /**
   * What was counted so far.
   *
   * @throws IllegalStateException if nothing was observed
   */
  public Histogram histogram() {
    if (seen == null) {
      throw new IllegalStateException("nothing was observed");
    }
    return seen;
  }

  /** As {@code torch.histc}. */
  private static long[] count(float[] x, ValueRange range) {
    boolean point = range.min() == range.max();
    float low = point ? range.min() - 1 : range.min();
    float width = point ? 2 : range.max() - low;
    return Counting.count(x, BINS, v -> Math.min((int) ((v - low) * BINS / width), BINS - 1));
  }

  private static double[] spread(Histogram old, ValueRange range) {
    double[] counts = new double[BINS];
    if (old.range().equals(range)) {
      System.arraycopy(old.counts(), 0, counts, 0, BINS);
      return counts;
    }
    float low = old.range().min();
    double finer = ((double) old.range().max() - low) / (BINS * UPSAMPLE);
    double width = ((double) range.max() - range.min()) / BINS;
    for (int i = 0; i < BINS * UPSAMPLE; i++) {
      double middle = low + (i + 0.5) * finer;
      int bin = (int) Math.clamp(Math.floor((middle - range.min()) / width), 0, BINS - 1);
      counts[bin] += old.counts()[i / UPSAMPLE] / UPSAMPLE;
    }
    return counts;
  }
}
