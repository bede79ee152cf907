package io.granular.engine.onnx;

import io.granular.engine.quant.FloatReader;
import io.granular.engine.store.NamedTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/** Numbers as bytes of an element type, a part at a time. */
final class Numbers {
  private static final int PART = 1 << 18;

  private Numbers() {}

  /** Floats in the order they are read, as {@code FLOAT}, {@code FLOAT16} or {@code BFLOAT16}. */
  static NamedTensor.Content floats(FloatReader reader, long count, ElementType type) {
    return sink -> {
      float[] part = new float[(int) Math.min(PART, count)];
      for (long from = 0; from < count; from += part.length) {
        int size = (int) Math.min(part.length, count - from);
        reader.read(from, part, size);
        put(part, size, type, sink);
      }
    };
  }

  /** A matrix {@code [rows, columns]} as {@code [columns, rows]}. */
  static NamedTensor.Content transposed(FloatReader reader, int rows, int columns,
      ElementType type) {
    return sink -> {
      float[] all = new float[Math.multiplyExact(rows, columns)];
      reader.read(0, all, all.length);
      float[] line = new float[rows];
      for (int column = 0; column < columns; column++) {
        for (int row = 0; row < rows; row++) {
          line[row] = all[row * columns + column];
        }
        put(line, rows, type, sink);
      }
    };
  }

  /** Integers of one byte each as they are, or two to a byte, the first one in the low bits. */
  static ByteBuffer integers(byte[] values, ElementType type) {
    if (type == ElementType.INT8 || type == ElementType.UINT8) {
      return ByteBuffer.wrap(values);
    }
    byte[] packed = new byte[Math.toIntExact(type.bytes(values.length))];
    for (int i = 0; i < values.length; i++) {
      packed[i / 2] |= (byte) ((values[i] & 0xf) << (4 * (i & 1)));
    }
    return ByteBuffer.wrap(packed);
  }

  /** A matrix of bytes {@code [rows, columns]} as {@code [columns, rows]}. */
  static byte[] transposed(byte[] values, int rows, int columns) {
    byte[] turned = new byte[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return turned;
  }

  private static void put(float[] values, int count, ElementType type, NamedTensor.Sink sink)
      throws IOException {
    boolean wide = type == ElementType.FLOAT;
    ByteBuffer bytes =
        ByteBuffer.allocate(count * (wide ? 4 : 2)).order(ByteOrder.LITTLE_ENDIAN);
    if (wide) {
      bytes.asFloatBuffer().put(values, 0, count);
    } else {
      ShortBuffer halves = bytes.asShortBuffer();
      for (int i = 0; i < count; i++) {
        halves.put(type == ElementType.FLOAT16 ? Float.floatToFloat16(values[i])
            : brainFloat(values[i]));
      }
    }
    sink.accept(bytes);
  }

  /** The nearest bfloat16, ties to even. */
  private static short brainFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
