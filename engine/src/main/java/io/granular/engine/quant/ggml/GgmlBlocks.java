package io.granular.engine.quant.ggml;

import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.LongStream;

/**
 * Quantizes and reads whole tensors of GGML's block types, with the bytes and numbers of gguf-py. Works
 * through them in chunks of blocks, several at a time on the calling fork-join pool; one chunk per
 * thread is all that is held besides source and result.
 */
public final class GgmlBlocks {
  /** Numbers per chunk, a multiple of every block. */
  private static final int CHUNK = 1 << 14;
  private static final int INFINITY = 0x7f800000;

  private GgmlBlocks() {}

  /**
   * Quantizes a matrix.
   *
   * @param source {@code rows * cols} numbers in row-major order
   * @param type one of {@link GgmlType#writable}
   * @param to receives {@code type.bytes(rows, cols)} bytes
   * @throws IllegalArgumentException if rows do not divide into blocks, a number is not finite, or the
   *           type can only be read
   */
  public static void quantize(FloatReader source, long rows, long cols, GgmlType type,
      MemorySegment to) {
    if (!(format(type) instanceof BlockFormat.Writable format)) {
      throw new IllegalArgumentException(type.word() + " can only be read; tensors quantize to "
          + GgmlType.writable().stream().map(GgmlType::word).toList());
    }
    long blocks = type.bytes(rows, cols) / type.bytes();
    check(to, blocks, type);
    chunks(blocks, type).forEach(chunk -> {
      int count = count(blocks, chunk, type);
      float[] x = new float[count * type.block()];
      source.read(chunk * CHUNK, x, x.length);
      requireFinite(x);
      byte[] bytes = new byte[count * type.bytes()];
      for (int i = 0; i < count; i++) {
        format.quantize(x, i * type.block(), bytes, i * type.bytes());
      }
      MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, offset(chunk, type), bytes.length);
    });
  }

  /** As above, into an array. */
  public static byte[] quantize(FloatReader source, int rows, int cols, GgmlType type) {
    byte[] bytes = new byte[Math.toIntExact(type.bytes(rows, cols))];
    quantize(source, rows, cols, type, MemorySegment.ofArray(bytes));
    return bytes;
  }

  /**
   * The numbers that blocks stand for.
   *
   * @param blocks whole blocks
   * @param x receives as many numbers as they hold
   */
  public static void dequantize(MemorySegment blocks, GgmlType type, float[] x) {
    long count = x.length / type.block();
    if (count * type.block() != x.length) {
      throw new IllegalArgumentException(
          x.length + " numbers are not whole blocks of " + type.word());
    }
    check(blocks, count, type);
    BlockFormat format = format(type);
    chunks(count, type).forEach(chunk -> {
      int some = count(count, chunk, type);
      byte[] bytes = bytes(blocks, offset(chunk, type), some * type.bytes());
      for (int i = 0; i < some; i++) {
        format.dequantize(bytes, i * type.bytes(), x,
            Math.toIntExact(chunk * CHUNK) + i * type.block());
      }
    });
  }

  /** Reads the numbers that blocks stand for, a part at a time; the parts need not be whole blocks. */
  public static FloatReader reader(MemorySegment blocks, GgmlType type) {
    BlockFormat format = format(type);
    return (from, to, count) -> {
      if (count == 0) {
        return;
      }
      int size = type.block();
      long first = from / size;
      int some = Math.toIntExact((from + count - 1) / size - first + 1);
      byte[] bytes = bytes(blocks, first * type.bytes(), some * type.bytes());
      float[] block = new float[size];
      for (int i = 0; i < some; i++) {
        int at = Math.toIntExact((first + i) * size - from);
        if (at >= 0 && at + size <= count) {
          format.dequantize(bytes, i * type.bytes(), to, at);
        } else {
          format.dequantize(bytes, i * type.bytes(), block, 0);
          int begin = Math.max(at, 0);
          System.arraycopy(block, begin - at, to, begin, Math.min(at + size, count) - begin);
        }
      }
    };
  }

  /**
   * Whether all scales of blocks made by {@link #quantize} are finite: half precision ends at 65504, and
   * what is beyond becomes infinite there, as in gguf-py.
   */
  public static boolean finite(byte[] blocks, GgmlType type) {
    boolean offset = type == GgmlType.Q4_1 || type == GgmlType.Q5_1;
    for (int at = 0; at < blocks.length; at += type.bytes()) {
      if (!Float.isFinite(Half.get(blocks, at))
          || (offset && !Float.isFinite(Half.get(blocks, at + 2)))) {
        return false;
      }
    }
    return true;
  }

  private static BlockFormat format(GgmlType type) {
    return switch (type) {
      case Q4_0 -> new CenteredBlock(4);
      case Q4_1 -> new OffsetBlock(4);
      case Q5_0 -> new CenteredBlock(5);
      case Q5_1 -> new OffsetBlock(5);
      case Q8_0 -> new ByteBlock();
      case Q2_K -> new Q2KBlock();
      case Q3_K -> new Q3KBlock();
      case Q4_K -> new Q4KBlock();
      case Q5_K -> new Q5KBlock();
      case Q6_K -> new Q6KBlock();
      case IQ4_NL -> new Iq4NlBlock();
      case IQ4_XS -> new Iq4XsBlock();
    };
  }

  private static LongStream chunks(long blocks, GgmlType type) {
    return LongStream.range(0, Math.ceilDiv(blocks * type.block(), CHUNK)).parallel();
  }

  private static int count(long blocks, long chunk, GgmlType type) {
    int perChunk = CHUNK / type.block();
    return (int) Math.min(perChunk, blocks - chunk * perChunk);
  }

  private static long offset(long chunk, GgmlType type) {
    return chunk * (CHUNK / type.block()) * type.bytes();
  }

  private static byte[] bytes(MemorySegment from, long offset, int count) {
    byte[] bytes = new byte[count];
    MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, bytes, 0, count);
    return bytes;
  }

  private static void check(MemorySegment segment, long blocks, GgmlType type) {
    if (segment.byteSize() != blocks * type.bytes()) {
      throw new IllegalArgumentException(blocks + " blocks of " + type.word() + " take "
          + blocks * type.bytes() + " bytes, not " + segment.byteSize());
    }
  }

  private static void requireFinite(float[] x) {
    int largest = 0;
    for (float value : x) {
      largest = Math.max(largest, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
    }
    if (largest >= INFINITY) {
      throw new IllegalArgumentException(
          "only finite numbers can be quantized; these hold NaN or infinity");
    }
  }
}
