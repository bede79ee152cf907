package io.granular.engine.quant;

/**
 * How a module's weights become integers.
 *
 * @param bits 2 to 8
 * @param granularity {@code PerTensor}, {@code PerAxis(0)} or {@code PerGroup}
 * @param mapping floats to integers
 */
public record WeightScheme(int bits, Granularity granularity, Mapping mapping)
    implements
      IntegerScheme {
  public WeightScheme {
    if (bits < 2 || bits > 8) {
      throw new IllegalArgumentException("weights quantize to 2-8 bits, not " + bits);
    }
    if (granularity instanceof Granularity.PerToken) {
      throw new IllegalArgumentException("per_token is for activations; weights have no tokens");
    }
  }
}
