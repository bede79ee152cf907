package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;
import org.jspecify.annotations.Nullable;

/** Smallest and largest number so far, as torch.ao's {@code MinMaxObserver}. */
public final class MinMaxObserver {
  private @Nullable ValueRange range;

  /** Takes in a tensor's extent. */
  public void observe(ValueRange extent) {
    ValueRange known = range;
    range = known == null ? extent
        : new ValueRange(Math.min(known.min(), extent.min()), Math.max(known.max(), extent.max()));
  }

  /** Whether there is a range. */
  boolean hasSeen() {
    return range != null;
  }

  /**
   * The range so far.
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
