package io.granular.engine.store;

import io.granular.engine.quant.FloatReader;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Floating-point tensors to be written in another precision, rounded to nearest even as PyTorch does. */
public final class FloatTensor {
  private static final int CHUNK = 1 << 18;
  private static final int NAN = 0x7fc0;

  private FloatTensor() {}

  /**
   * A tensor of a source in another type; the same bytes if it is of that type.
   *
   * @param name what it is to be called
   * @param type {@code F32}, {@code F16} or {@code BF16}
   */
  public static NamedTensor of(TensorSource source, String tensor, String name, List<Long> shape,
      ScalarType type) {
    TensorInfo info = source.info(tensor);
    TensorInfo written = new TensorInfo(name, type, shape);
    if (info.dtype() == type && source.stored(tensor).isEmpty()) {
      return new NamedTensor(written, sink -> {
        MemorySegment data = source.data(tensor);
        NamedTensor.of(written, data).content().writeTo(sink);
        unload(data);
      });
    }
    return new NamedTensor(written, sink -> {
      MemorySegment data = source.data(tensor);
      write(name, FloatReader.of(data, info.dtype()), info.elements(), type, sink);
      unload(data);
    });
  }

  /**
   * Numbers in memory in another type.
   *
   * @throws IllegalArgumentException when they are written, if a finite number is too large for {@code F16}
   */
  public static NamedTensor of(float[] values, String name, List<Long> shape, ScalarType type) {
    return new NamedTensor(new TensorInfo(name, type, shape),
        sink -> write(name, FloatReader.of(values), values.length, type, sink));
  }

  private static void write(String name, FloatReader reader, long count, ScalarType type,
      NamedTensor.Sink sink) throws IOException {
    float[] values = new float[(int) Math.min(CHUNK, count)];
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < count; at += CHUNK) {
      int n = (int) Math.min(CHUNK, count - at);
      reader.read(at, values, n);
      bytes.clear();
      switch (type) {
        case F32 -> bytes.asFloatBuffer().put(values, 0, n);
        case F16 -> {
          for (int i = 0; i < n; i++) {
            bytes.putShort(i * 2, half(name, values[i]));
          }
        }
        case BF16 -> {
          for (int i = 0; i < n; i++) {
            bytes.putShort(i * 2, bfloat16(values[i]));
          }
        }
        case U8, I8, I16, I32, I64, F64, BOOL ->
          throw new IllegalArgumentException(
              "weights are written as F32, F16 or BF16, not " + type);
      }
      sink.accept(bytes.limit(n * type.bytes()));
    }
  }

  private static short half(String name, float value) {
    short half = Float.floatToFloat16(value);
    if (Float.isFinite(value) && !Float.isFinite(Float.float16ToFloat(half))) {
      throw new IllegalArgumentException(
          name + " holds " + value + ", which fp16 cannot say; keep the module at bf16 or fp32");
    }
    return half;
  }

  /** The nearest bfloat16, ties to even. */
  static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) NAN;
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** Pages of a mapped file that were read leave this process again. */
  private static void unload(MemorySegment data) {
    if (data.isMapped()) {
      data.unload();
    }
  }
}
