package io.granular.engine.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** Writes a GGUF file of version 3: header, metadata, then the tensors one after the other. */
public final class GgufOutput {
  private static final int VERSION = 3;
  private static final long ALIGNMENT = 32;

  private final FileChannel channel;
  private final Deque<Tensor> waiting;

  private GgufOutput(FileChannel channel, List<Tensor> tensors) {
    this.channel = channel;
    this.waiting = new ArrayDeque<>(tensors);
  }

  /**
   * A tensor to be written.
   *
   * @param shape outermost first
   */
  public record Tensor(String name, List<Long> shape, GgufType type) {
    public Tensor {
      shape = List.copyOf(shape);
    }

    /** Bytes of its data. */
    public long bytes() {
      return type.bytes(shape.stream().reduce(1L, Math::multiplyExact),
          shape.isEmpty() ? 1 : shape.getLast());
    }
  }

  /**
   * Writes everything up to the data.
   *
   * @param channel of an empty file
   * @param metadata values by key; whole numbers are written as {@code UINT32}, those of arrays as {@code INT32}
   * @param tensors in the order in which they will be given
   */
  public static GgufOutput begin(FileChannel channel, SequencedMap<String, GgufValue> metadata,
      List<Tensor> tensors) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.write("GGUF".getBytes(StandardCharsets.US_ASCII));
    int32(header, VERSION);
    int64(header, tensors.size());
    int64(header, metadata.size());
    metadata.forEach((key, value) -> {
      text(header, key);
      value(header, value);
    });
    Set<String> names = new HashSet<>();
    long offset = 0;
    for (Tensor tensor : tensors) {
      if (!names.add(tensor.name)) {
        throw new IllegalArgumentException(
            "A file cannot hold two tensors named '" + tensor.name + "'.");
      }
      text(header, tensor.name);
      int32(header, tensor.shape.size());
      tensor.shape.reversed().forEach(dim -> int64(header, dim));
      int32(header, tensor.type.id());
      int64(header, offset);
      offset += Math.ceilDiv(tensor.bytes(), ALIGNMENT) * ALIGNMENT;
    }
    GgufOutput output = new GgufOutput(channel, tensors);
    output.write(ByteBuffer.wrap(header.toByteArray()));
    output.pad();
    return output;
  }

  /**
   * Writes the next tensor.
   *
   * @throws IllegalArgumentException if it is another one, or does not give exactly its bytes
   */
  public void put(String name, NamedTensor.Content content) throws IOException {
    Tensor next = waiting.poll();
    if (next == null || !next.name.equals(name)) {
      throw new IllegalArgumentException("Tensor '" + name + "' was not next.");
    }
    long begin = channel.position();
    content.writeTo(this::write);
    long written = channel.position() - begin;
    if (written != next.bytes()) {
      throw new IllegalArgumentException("Tensor " + next + " needs " + next.bytes()
          + " bytes, but " + written + " were given.");
    }
    pad();
  }

  /** Ends the file. */
  public void end() throws IOException {
    if (!waiting.isEmpty()) {
      throw new IllegalStateException(
          "Tensor '" + waiting.element().name + "' was not written.");
    }
    channel.force(true);
  }

  private void pad() throws IOException {
    int over = (int) (channel.position() % ALIGNMENT);
    if (over > 0) {
      write(ByteBuffer.allocate((int) ALIGNMENT - over));
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void value(ByteArrayOutputStream to, GgufValue value) {
    int32(to, type(value, false));
    switch (value) {
      case GgufValue.Values(var all) -> {
        int32(to, all.isEmpty() ? 5 : type(all.getFirst(), true));
        int64(to, all.size());
        all.forEach(each -> content(to, each));
      }
      case GgufValue.Whole _,GgufValue.Real _,GgufValue.Truth _,GgufValue.Text _ ->
        content(to, value);
    }
  }

  private static int type(GgufValue value, boolean inArray) {
    return switch (value) {
      case GgufValue.Whole _ -> inArray ? 5 : 4;
      case GgufValue.Real _ -> 12;
      case GgufValue.Truth _ -> 7;
      case GgufValue.Text _ -> 8;
      case GgufValue.Values _ -> 9;
    };
  }

  private static void content(ByteArrayOutputStream to, GgufValue value) {
    switch (value) {
      case GgufValue.Whole(long number) -> int32(to, Math.toIntExact(number));
      case GgufValue.Real(double number) -> int64(to, Double.doubleToRawLongBits(number));
      case GgufValue.Truth(boolean truth) -> to.write(truth ? 1 : 0);
      case GgufValue.Text(var text) -> text(to, text);
      case GgufValue.Values _ ->
        throw new IllegalArgumentException("arrays of arrays are not written");
    }
  }

  private static void text(ByteArrayOutputStream to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int64(to, bytes.length);
    to.writeBytes(bytes);
  }

  private static void int32(ByteArrayOutputStream to, int number) {
    to.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
  }

  private static void int64(ByteArrayOutputStream to, long number) {
    to.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
  }
}
