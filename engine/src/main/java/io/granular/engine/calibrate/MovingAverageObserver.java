package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;
import org.jspecify.annotations.Nullable;

/**
 * Moving average of each tensor's smallest and largest number, as torch.ao's {@code MovingAverageMinMaxObserver} with
 * its averaging constant of 0.01.
 */
public final class MovingAverageObserver {
  private static final float CONSTANT = 0.01f;

  private @Nullable ValueRange range;

  /** Takes in a tensor's extent. */
  public void observe(ValueRange extent) {
    ValueRange known = range;
    range = known == null ? extent
        : new ValueRange(known.min() + CONSTANT * (extent.min() - known.min()),
            known.max() + CONSTANT * (extent.max() - known.max()));
  }

  /**
   * The average so far.
   *
   * @throws IllegalStateException if nothing was observed
   */
  public ValueRange range() {
    if (range == null) {
      throw new IllegalStateException("nothing was observed");
    }
    return range;
  }
}
