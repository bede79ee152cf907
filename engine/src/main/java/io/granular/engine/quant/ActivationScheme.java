package io.granular.engine.quant;

/**
 * How a module's input becomes integers.
 *
 * @param bits 2 to 8
 * @param granularity {@code PerTensor} or {@code PerToken}
 * @param mapping floats to integers
 * @param range whether the range is taken from the input itself or from calibration
 * @param observer how a static range follows from what calibration saw
 */
public record ActivationScheme(int bits, Granularity granularity, Mapping mapping, Range range,
    Observer observer)
    implements
      IntegerScheme {
  /** Where the range comes from. */
  public enum Range {
    DYNAMIC, STATIC
  }

  /** With the usual observer. */
  public ActivationScheme(int bits, Granularity granularity, Mapping mapping, Range range) {
    this(bits, granularity, mapping, range, Observer.DEFAULT);
  }

  public ActivationScheme {
    if (bits < 2 || bits > 8) {
      throw new IllegalArgumentException("activations quantize to 2-8 bits, not " + bits);
    }
    if (!(granularity instanceof Granularity.PerTensor
        || granularity instanceof Granularity.PerToken)) {
      throw new IllegalArgumentException("activations are quantized per_tensor or per_token");
    }
    if (range == Range.STATIC && granularity instanceof Granularity.PerToken) {
      throw new IllegalArgumentException(
          "a static range is measured before the tokens exist; it is per_tensor");
    }
    if (range == Range.DYNAMIC && !observer.equals(Observer.DEFAULT)) {
      throw new IllegalArgumentException("a dynamic range is not observed beforehand");
    }
  }
}
