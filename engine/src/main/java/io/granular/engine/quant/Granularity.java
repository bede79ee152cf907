package io.granular.engine.quant;

/** How many numbers share one scale; names as in torchao's {@code quantization/granularity.py}. */
public sealed interface Granularity {
  /** One scale for the whole tensor. */
  record PerTensor() implements Granularity {}

  /** One scale per index of {@code axis}; weights use axis 0, their output channel. */
  record PerAxis(int axis) implements Granularity {}

  /** One scale per {@code size} consecutive numbers of the last axis (of {@code [out, in*kh*kw]}). */
  record PerGroup(int size) implements Granularity {
    public PerGroup {
      if (size <= 0) {
        throw new IllegalArgumentException("a group needs at least one number, not " + size);
      }
    }
  }

  /** One scale per row of activations, i.e. per index of all axes but the last. */
  record PerToken() implements Granularity {}
}
