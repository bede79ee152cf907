package io.granular.engine.network;

import java.util.List;

/**
 * A trained tensor that an operator needs.
 *
 * @param name name within its module: {@code weight} or {@code bias}
 * @param shape as stored
 */
public record Parameter(String name, List<Long> shape) {
  public Parameter {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
