package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;
import org.jspecify.annotations.Nullable;

/**
 * A histogram around zero, as ONNX Runtime's {@code EntropyCalibrater}. With that one's 128 bins for 128 integers only
 * the whole range is ever looked at; the usual number here leaves something to choose from.
 */
public final class EntropyObserver {
  /** Bins to start with. */
  public static final int USUAL_BINS = 2048;

  private final int bins;
  private @Nullable GrowingHistogram seen;

  /** @param bins to start with, even */
  public EntropyObserver(int bins) {
    this.bins = bins;
  }

  /** Takes in a tensor with its extent. */
  public void observe(float[] x, ValueRange extent) {
    double largest = Math.max(Math.abs(extent.min()), Math.abs(extent.max()));
    GrowingHistogram before = seen;
    if (before == null) {
      before = GrowingHistogram.over(-largest, largest, bins, extent);
    } else if (largest > before.last()) {
      int more = (int) Math.min(1 << 28,
          Math.floor((largest - before.last()) / before.width()) + 1);
      before = before.widened(more, more);
    }
    seen = before.plus(x, extent, false);
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
}
