package io.granular.engine.store;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
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

  /**
   * How a tensor that is stored with few bits is held; empty if {@link #data} gives what the file holds. For such a tensor
   * {@link #info} says {@code F32} and {@link #data} the numbers that it stands for, made anew at each call.
   *
   * @throws java.util.NoSuchElementException if there is no such tensor; the message names the file
   */
  default Optional<StoredWeight> stored(String name) {
    info(name);
    return Optional.empty();
  }

  /** Bytes that a tensor takes in the file. */
  default long storedBytes(String name) {
    return stored(name).map(StoredWeight::bytes).orElseGet(() -> info(name).bytes());
  }

  /** Type of a tensor in the file, e.g. {@code F16}, {@code int8 per_axis} or {@code Q4_K}. */
  default String storedType(String name) {
    return stored(name).map(StoredWeight::type).orElseGet(() -> info(name).dtype().name());
  }

  /** Whether the tensor exists. */
  default boolean contains(String name) {
    return names().contains(name);
  }

  @Override
  void close();
}
