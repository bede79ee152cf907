package io.granular.engine.quant;

/**
 * How many numbers share one scale; names as in torchao's {@code quantization/granularity.py}.
 *
 * <p>All of them cut a row-major matrix {@code [rows, cols]} into runs of equally many consecutive
 * numbers. A convolution's weight {@code [out, in, kh, kw]} is the matrix
 * {@code [out, in*kh*kw]}; activations {@code [..., features]} are {@code [tokens, features]}.
 */
public sealed interface Granularity {
  /** One scale for the whole tensor. */
  record PerTensor() implements Granularity {}

  /** One scale per index of {@code axis}; weights use axis 0, their output channel. */
  record PerAxis(int axis) implements Granularity {
    public PerAxis {
      if (axis != 0) {
        throw new IllegalArgumentException(
            "only axis 0, the output channel, has a scale of its own, not axis " + axis);
      }
    }
  }

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

  /**
   * How many consecutive numbers of a matrix {@code [rows, cols]} share one scale.
   *
   * @throws IllegalArgumentException if a row does not divide into whole groups
   */
  default long runLength(long rows, long cols) {
    return switch (this) {
      case PerTensor _ -> Math.multiplyExact(rows, cols);
      case PerAxis _,PerToken _ -> cols;
      case PerGroup(int size) -> {
        if (cols % size != 0) {
          throw new IllegalArgumentException(
              "a row of " + cols + " numbers does not divide into groups of " + size);
        }
        yield size;
      }
    };
  }
}
