package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;
import org.jspecify.annotations.Nullable;

/** A histogram of magnitudes, as ONNX Runtime's {@code PercentileCalibrater} with its symmetric default. */
public final class PercentileObserver {
  /** ONNX Runtime's number of bins to start with. */
  private static final int BINS = 2048;

  private @Nullable GrowingHistogram seen;

  /** Takes in a tensor with its extent. */
  public void observe(float[] x, ValueRange extent) {
    float largest = Math.max(Math.abs(extent.min()), Math.abs(extent.max()));
    GrowingHistogram before = seen;
    if (before == null) {
      before = GrowingHistogram.over(smallestMagnitude(x), largest, BINS, extent);
    } else if (largest > before.last()) {
      before = before.widened(0, bins((largest - before.last()) / before.width()));
    }
    seen = before.plus(x, extent, true);
  }

  private static float smallestMagnitude(float[] x) {
    float smallest = Float.POSITIVE_INFINITY;
    for (float v : x) {
      smallest = Math.min(smallest, Math.abs(v));
    }
    return smallest;
  }

  private static int bins(double more) {
    return (int) Math.min(1 << 28, Math.ceil(more));
  }

  /**
   * What was counted so far.
   *
   * @throws IllegalStateException if nothing was observed
   */
  public GrowingHistogram histogram() {
    if (seen == null) {
      throw new IllegalStateException("nothing was observed");
    }
    return seen;
  }

  /**
   * The range that holds so many percent of the magnitudes.
   *
   * @param percentile above 50 and up to 100
   */
  static ValueRange range(GrowingHistogram magnitudes, double percentile) {
    double wanted = percentile / 100 * magnitudes.total();
    long sum = 0;
    int bin = 0;
    for (; bin < magnitudes.counts().length - 1; bin++) {
      sum += magnitudes.counts()[bin];
      if (sum >= wanted) {
        break;
      }
    }
    double threshold = magnitudes.edge(bin);
    return magnitudes.within(-threshold, threshold);
  }
}
