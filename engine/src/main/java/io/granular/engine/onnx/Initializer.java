package io.granular.engine.onnx;

import io.granular.engine.store.NamedTensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A constant tensor.
 *
 * @param name as nodes refer to it
 * @param dims extents; none for a scalar
 * @param content the bytes, little-endian and row-major, made when they are written
 */
record Initializer(String name, ElementType type, List<Long> dims, NamedTensor.Content content) {
  Initializer {
    dims = List.copyOf(dims);
  }

  /** One whose bytes are there. */
  static Initializer of(String name, ElementType type, List<Long> dims, ByteBuffer bytes) {
    return new Initializer(name, type, dims, sink -> sink.accept(bytes.duplicate()));
  }

  long bytes() {
    return type.bytes(dims.stream().reduce(1L, Math::multiplyExact));
  }
}
