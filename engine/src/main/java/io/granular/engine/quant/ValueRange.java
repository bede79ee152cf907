package io.granular.engine.quant;

/**
 * The numbers that integers are to cover; what lies outside is clipped.
 *
 * @param min smallest, finite
 * @param max largest, finite and at least {@code min}
 */
public record ValueRange(float min, float max) {
  public ValueRange {
    if (!Float.isFinite(min) || !Float.isFinite(max) || min > max) {
      throw new IllegalArgumentException("no range of numbers: " + min + " to " + max);
    }
  }

  /** Scale and zero point that cover this range, as {@link QuantParams#choose}. */
  public QuantParams params(Mapping mapping, IntegerRange integers) {
    return QuantParams.choose(min, max, mapping, integers);
  }
}
