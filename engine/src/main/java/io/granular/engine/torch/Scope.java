package io.granular.engine.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Owns tensors and the memory of those made from Java's arrays: closing it frees all of them. */
public final class Scope implements AutoCloseable {
  private static final long ALIGNMENT = 64;
  private static final long CHUNK = 1 << 18;

  private final PtNDManager manager;
  private final Arena arena = Arena.ofShared();

  Scope(PtNDManager manager) {
    this.manager = manager;
  }

  /** A scope for what is needed for a shorter time. */
  public Scope child() {
    return new Scope((PtNDManager) manager.newSubManager());
  }

  PtNDManager manager() {
    return manager;
  }

  /** A float32 tensor with a copy of these numbers. */
  public Tensor of(float[] values, long... shape) {
    return copy(MemorySegment.ofArray(values), ScalarType.F32, shape);
  }

  /** Numbers that are read piece by piece. */
  @FunctionalInterface
  public interface Floats {
    /** Reads {@code count} numbers from number {@code from} on into the beginning of an array. */
    void read(long from, float[] into, int count);
  }

  /** A float32 tensor of numbers that are never together on Java's heap. */
  public Tensor read(Floats source, long... shape) {
    long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    MemorySegment own = arena.allocate(elements * Float.BYTES, ALIGNMENT);
    float[] chunk = new float[(int) Math.min(CHUNK, elements)];
    for (long at = 0; at < elements; at += chunk.length) {
      int count = (int) Math.min(chunk.length, elements - at);
      source.read(at, chunk, count);
      MemorySegment.copy(MemorySegment.ofArray(chunk), 0, own, at * Float.BYTES,
          (long) count * Float.BYTES);
    }
    return view(own, ScalarType.F32, shape);
  }

  /** A float32 tensor of zeros. */
  public Tensor zeros(long... shape) {
    long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    // Arenas give zeroed memory.
    return view(arena.allocate(elements * Float.BYTES, ALIGNMENT), ScalarType.F32, shape);
  }

  /** An int64 tensor with a copy of these numbers. */
  public Tensor of(long[] values, long... shape) {
    return copy(MemorySegment.ofArray(values), ScalarType.I64, shape);
  }

  /** An int32 tensor with a copy of these numbers. */
  public Tensor of(int[] values, long... shape) {
    return copy(MemorySegment.ofArray(values), ScalarType.I32, shape);
  }

  /** An int8 tensor with a copy of these numbers. */
  public Tensor of(byte[] values, long... shape) {
    return copy(MemorySegment.ofArray(values), ScalarType.I8, shape);
  }

  /** A uint8 tensor with a copy of these bytes. */
  public Tensor unsigned(byte[] values, long... shape) {
    return copy(MemorySegment.ofArray(values), ScalarType.U8, shape);
  }

  /**
   * Memory of this scope's own: DJL would copy into a direct buffer, which stays resident until the garbage collector
   * happens to run; while a network is packed that is a second copy of all its integers.
   */
  private Tensor copy(MemorySegment values, ScalarType type, long... shape) {
    MemorySegment own = arena.allocate(values.byteSize(), ALIGNMENT);
    MemorySegment.copy(values, 0, own, 0, values.byteSize());
    return view(own, type, shape);
  }

  /**
   * A tensor over native memory, without copying. The memory must stay valid as long as the tensor is used.
   *
   * @param data little-endian, contiguous, of exactly the tensor's size
   * @throws IllegalArgumentException if the size does not fit, or for {@code BF16} and {@code I16}, which DJL cannot make
   */
  public Tensor view(MemorySegment data, ScalarType type, long... shape) {
    long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (data.byteSize() != elements * type.bytes()) {
      throw new IllegalArgumentException(
          type + Arrays.toString(shape) + " needs " + elements * type.bytes() + " bytes, not "
              + data.byteSize());
    }
    ByteBuffer buffer = data.asByteBuffer().order(ByteOrder.nativeOrder());
    return new Tensor(manager.create(buffer, new Shape(shape), dataType(type)), true);
  }

  private static DataType dataType(ScalarType type) {
    return switch (type) {
      case U8 -> DataType.UINT8;
      case I8 -> DataType.INT8;
      case I32 -> DataType.INT32;
      case I64 -> DataType.INT64;
      case F16 -> DataType.FLOAT16;
      case F32 -> DataType.FLOAT32;
      case F64 -> DataType.FLOAT64;
      case BOOL -> DataType.BOOLEAN;
      // DJL 0.35 ends the process when it is asked for either.
      case I16, BF16 -> throw new IllegalArgumentException("DJL cannot make tensors of " + type);
    };
  }

  @Override
  public void close() {
    manager.close();
    arena.close();
  }
}
