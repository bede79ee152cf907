package io.granular.engine.store;

import io.granular.engine.torch.ScalarType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Stored floating-point numbers as 32-bit floats. F16 and BF16 convert exactly, NaN payloads
 * included for BF16; F64 rounds to nearest even. Works block by block, so a large tensor needs no
 * second copy, and on arrays, which HotSpot vectorizes.
 */
public final class Float32 {
  private static final int BLOCK = 4096;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER);

  private Float32() {}

  /**
   * A whole tensor.
   *
   * @throws IllegalArgumentException if it is not of a floating-point type, or has more elements
   *         than an array can hold
   */
  public static float[] read(TensorSource source, String name) {
    TensorInfo info = source.info(name);
    if (info.elements() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(info + " is too large for one array; read it in parts.");
    }
    float[] values = new float[(int) info.elements()];
    read(info.dtype(), source.data(name), 0, values, 0, values.length);
    return values;
  }

  /**
   * A part of a tensor.
   *
   * @param type the stored type
   * @param data the tensor's bytes, little-endian
   * @param first index of the first element to read
   * @param target where the values go
   * @param offset index of the first of them in {@code target}
   * @param count how many
   * @throws IllegalArgumentException if {@code type} is not a floating-point type
   * @throws IndexOutOfBoundsException if the elements are outside {@code data} or {@code target}
   */
  public static void read(ScalarType type, MemorySegment data, long first, float[] target,
      int offset, int count) {
    long at = first * type.bytes();
    switch (type) {
      case F32 -> MemorySegment.copy(data, FLOAT, at, target, offset, count);
      case F16, BF16 -> {
        short[] block = new short[Math.min(BLOCK, count)];
        for (int done = 0; done < count; done += BLOCK) {
          int n = Math.min(BLOCK, count - done);
          MemorySegment.copy(data, SHORT, at + (long) done * Short.BYTES, block, 0, n);
          if (type == ScalarType.F16) {
            fromHalf(block, target, offset + done, n);
          } else {
            fromBfloat16(block, target, offset + done, n);
          }
        }
      }
      case F64 -> {
        double[] block = new double[Math.min(BLOCK, count)];
        for (int done = 0; done < count; done += BLOCK) {
          int n = Math.min(BLOCK, count - done);
          MemorySegment.copy(data, DOUBLE, at + (long) done * Double.BYTES, block, 0, n);
          for (int i = 0; i < n; i++) {
            target[offset + done + i] = (float) block[i];
          }
        }
      }
      case U8, I8, I16, I32, I64, BOOL -> throw new IllegalArgumentException(
          "A tensor of type " + type + " holds no floating-point numbers.");
    }
  }

  /**
   * A whole tensor, into a segment of F32.
   *
   * @param target at least four bytes per element, written little-endian
   * @throws IllegalArgumentException if {@code type} is not a floating-point type
   * @throws IndexOutOfBoundsException if {@code target} is too small
   */
  public static void copy(ScalarType type, MemorySegment data, MemorySegment target) {
    long elements = data.byteSize() / type.bytes();
    float[] block = new float[(int) Math.min(BLOCK, elements)];
    for (long done = 0; done < elements; done += BLOCK) {
      int n = (int) Math.min(BLOCK, elements - done);
      read(type, data, done, block, 0, n);
      MemorySegment.copy(block, 0, target, FLOAT, done * Float.BYTES, n);
    }
  }

  private static void fromHalf(short[] from, float[] to, int offset, int count) {
    for (int i = 0; i < count; i++) {
      to[offset + i] = Float.float16ToFloat(from[i]);
    }
  }

  private static void fromBfloat16(short[] from, float[] to, int offset, int count) {
    for (int i = 0; i < count; i++) {
      to[offset + i] = Float.intBitsToFloat(from[i] << Short.SIZE);
    }
  }
}
