package io.granular.engine.store;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Writes {@code .safetensors} files byte for byte as the reference implementation does: tensors of
 * the widest type first, then by name, and the header padded with spaces to a multiple of 8. The
 * same tensors always give the same file.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes {@code tensors} to {@code file}, which appears only when it is complete. The folder must
   * exist.
   *
   * @param metadata the {@code __metadata__} strings; written sorted by key, left out if empty
   * @throws IllegalArgumentException if two tensors have one name, or a tensor does not give
   *         exactly the bytes that its type and shape need
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Map<String, String> metadata, Collection<NamedTensor> tensors)
      throws IOException {
    List<NamedTensor> ordered = tensors.stream().sorted(order(NamedTensor::info)).toList();
    byte[] header = header(metadata, ordered.stream().map(NamedTensor::info).toList());
    AtomicFile.write(file, channel -> {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      writeFully(channel, length.putLong(header.length).flip());
      writeFully(channel, ByteBuffer.wrap(header));
      for (NamedTensor tensor : ordered) {
        writeTensor(channel, tensor);
      }
    });
  }

  /** The reference implementation's order. */
  static <T> Comparator<T> order(Function<T, TensorInfo> info) {
    return Comparator
        .comparing((T tensor) -> SafetensorsType.of(info.apply(tensor).dtype()))
        .reversed()
        .thenComparing(tensor -> info.apply(tensor).name().getBytes(StandardCharsets.UTF_8),
            Arrays::compareUnsigned);
  }

  /** The header of tensors in this order. */
  static byte[] header(Map<String, String> metadata, List<TensorInfo> ordered)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = ModelJson.factory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      writeEntries(json, ordered);
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    if (bytes.size() > ModelJson.MAX_BYTES) {
      throw new IllegalArgumentException("The header of the tensors takes " + bytes.size()
          + " bytes; the safetensors format allows " + ModelJson.MAX_BYTES + ".");
    }
    return bytes.toByteArray();
  }

  private static void writeEntries(JsonGenerator json, List<TensorInfo> ordered)
      throws IOException {
    Set<String> names = new HashSet<>();
    names.add("__metadata__");
    long offset = 0;
    for (TensorInfo info : ordered) {
      if (!names.add(info.name())) {
        throw new IllegalArgumentException("A file cannot hold two tensors named '" + info.name()
            + "'.");
      }
      json.writeObjectFieldStart(info.name());
      json.writeStringField("dtype", SafetensorsType.of(info.dtype()).name());
      json.writeFieldName("shape");
      json.writeArray(info.dims(), 0, info.shape().size());
      json.writeFieldName("data_offsets");
      json.writeArray(new long[]{offset, offset + info.bytes()}, 0, 2);
      json.writeEndObject();
      offset = Math.addExact(offset, info.bytes());
    }
  }

  private static void writeTensor(FileChannel channel, NamedTensor tensor) throws IOException {
    long begin = channel.position();
    tensor.content().writeTo(chunk -> writeFully(channel, chunk));
    long written = channel.position() - begin;
    if (written != tensor.info().bytes()) {
      throw new IllegalArgumentException("Tensor " + tensor.info() + " needs "
          + tensor.info().bytes() + " bytes, but " + written + " were given.");
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
