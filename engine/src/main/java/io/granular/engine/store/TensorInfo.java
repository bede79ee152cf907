package io.granular.engine.store;

import io.granular.engine.torch.ScalarType;
import java.util.Arrays;
import java.util.List;

/**
 * What a file says about one tensor.
 *
 * @param name the name within its source, e.g. {@code conv_in.weight}
 * @param dtype the stored element type
 * @param shape the dimensions, outermost first; empty for a scalar
 */
public record TensorInfo(String name, ScalarType dtype, List<Long> shape) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements; 1 for a scalar. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Stored size in bytes. */
  public long bytes() {
    return Math.multiplyExact(elements(), dtype.bytes());
  }

  /** The dimensions as an array. */
  public long[] dims() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(dims());
  }
}
