package io.granular.engine.store;

import java.lang.foreign.MemorySegment;
import java.util.SequencedSet;

/**
 * Named tensors that live in files. Reading is lazy and zero-copy where the file layout allows it:
 * {@link #data} is a view of the mapping, little-endian and contiguous in row-major order.
 */
public interface TensorSource extends AutoCloseable {
  /** All names, in file order. */
  SequencedSet<String> names();

  /**
   * Type and shape of one tensor.
   *
   * @throws java.util.NoSuchElementException if there is no such tensor; the message names the file
   */
  TensorInfo info(String name);

  /**
   * The bytes of one tensor, valid until this source is closed.
   *
   * @throws java.util.NoSuchElementException if there is no such tensor; the message names the file
   */
  MemorySegment data(String name);

  /** Whether the tensor exists. */
  default boolean contains(String name) {
    return names().contains(name);
  }

  @Override
  void close();
}
