package io.granular.engine.quant;

import io.granular.engine.torch.ScalarType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Numbers of any stored precision, read as floats a part at a time and from several threads. */
@FunctionalInterface
public interface FloatReader {
  /** Copies the numbers {@code from .. from+count} (counted in elements) to the start of {@code to}. */
  void read(long from, float[] to, int count);

  /** Reads an array. */
  static FloatReader of(float[] values) {
    return (from, to, count) -> System.arraycopy(values, Math.toIntExact(from), to, 0, count);
  }

  /**
   * Reads little-endian numbers of a memory-mapped tensor; 16-bit numbers widen exactly.
   *
   * @param dtype {@code F32}, {@code F16} or {@code BF16}
   * @throws IllegalArgumentException for any other type
   */
  static FloatReader of(MemorySegment data, ScalarType dtype) {
    return switch (dtype) {
      case F32 -> (from, to, count) -> MemorySegment.copy(data, F32, from * 4, to, 0, count);
      case F16 -> (from, to, count) -> {
        short[] halves = halves(data, from, count);
        for (int i = 0; i < count; i++) {
          to[i] = Float.float16ToFloat(halves[i]);
        }
      };
      case BF16 -> (from, to, count) -> {
        short[] halves = halves(data, from, count);
        for (int i = 0; i < count; i++) {
          to[i] = Float.intBitsToFloat(halves[i] << 16);
        }
      };
      case U8, I8, I16, I32, I64, F64, BOOL -> throw new IllegalArgumentException(
          "weights are read as F32, F16 or BF16, not " + dtype);
    };
  }

  private static short[] halves(MemorySegment data, long from, int count) {
    short[] halves = new short[count];
    MemorySegment.copy(data, I16, from * 2, halves, 0, count);
    return halves;
  }

  /** Layouts that do not ask for alignment, because files promise none. */
  ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** As {@link #F32}, for the bits of 16-bit numbers. */
  ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
}
