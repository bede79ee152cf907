package io.granular.engine.quant;

/** What weights and activations have in common when they become integers. */
public sealed interface IntegerScheme extends TensorScheme permits WeightScheme, ActivationScheme {
  /** Bits per integer, 2 to 8. */
  int bits();

  /** How many numbers share one scale. */
  Granularity granularity();

  /** How floats map to integers. */
  Mapping mapping();

  /** The integers that can occur. */
  default IntegerRange integers() {
    return IntegerRange.of(bits(), mapping());
  }
}
