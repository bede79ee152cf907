package io.granular.engine.store;

import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor to be written: what it is, and its bytes as a stream, so that a large one is never in
 * memory as a whole.
 *
 * @param info name, type and shape
 * @param content the bytes, little-endian, contiguous in row-major order
 */
public record NamedTensor(TensorInfo info, Content content) {
  private static final int CHUNK_BYTES = 1 << 20;

  /** Gives the bytes of a tensor, in order, in chunks of any size. */
  @FunctionalInterface
  public interface Content {
    /** Hands every chunk to {@code sink}; a chunk may be reused once the sink returns. */
    void writeTo(Sink sink) throws IOException;
  }

  /** Takes the bytes of a tensor. */
  @FunctionalInterface
  public interface Sink {
    /** Takes one chunk, from position to limit. */
    void accept(ByteBuffer chunk) throws IOException;
  }

  /** A tensor whose bytes are {@code data}, for instance a view of another file. */
  public static NamedTensor of(TensorInfo info, MemorySegment data) {
    return new NamedTensor(info, sink -> {
      for (long at = 0; at < data.byteSize(); at += CHUNK_BYTES) {
        long size = Math.min(CHUNK_BYTES, data.byteSize() - at);
        sink.accept(data.asSlice(at, size).asByteBuffer());
      }
    });
  }

  /** An F32 tensor. */
  public static NamedTensor floats(String name, List<Long> shape, float[] values) {
    return new NamedTensor(new TensorInfo(name, ScalarType.F32, shape), sink -> {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      int perChunk = CHUNK_BYTES / Float.BYTES;
      for (int at = 0; at < values.length; at += perChunk) {
        int count = Math.min(perChunk, values.length - at);
        chunk.clear().asFloatBuffer().put(values, at, count);
        sink.accept(chunk.limit(count * Float.BYTES));
      }
    });
  }

  /** An I64 tensor. */
  public static NamedTensor longs(String name, List<Long> shape, long[] values) {
    return new NamedTensor(new TensorInfo(name, ScalarType.I64, shape), sink -> {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      int perChunk = CHUNK_BYTES / Long.BYTES;
      for (int at = 0; at < values.length; at += perChunk) {
        int count = Math.min(perChunk, values.length - at);
        chunk.clear().asLongBuffer().put(values, at, count);
        sink.accept(chunk.limit(count * Long.BYTES));
      }
    });
  }

  /** A tensor of any type, from its bytes. */
  public static NamedTensor bytes(String name, ScalarType type, List<Long> shape, byte[] bytes) {
    return new NamedTensor(new TensorInfo(name, type, shape),
        sink -> sink.accept(ByteBuffer.wrap(bytes)));
  }
}
