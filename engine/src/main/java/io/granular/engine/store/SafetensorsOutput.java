package io.granular.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A {@code .safetensors} file whose tensors are given in any order: each goes to the place that {@link SafetensorsWriter}
 * would give it, so that what belongs together can be made together and is in memory only once.
 */
public final class SafetensorsOutput {
  private final FileChannel channel;
  private final SequencedMap<String, Place> places = new LinkedHashMap<>();

  private record Place(TensorInfo info, long begin) {}

  private SafetensorsOutput(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Writes the header.
   *
   * @param channel of an empty file, open for writing
   * @param metadata the {@code __metadata__} strings
   * @param infos all tensors
   */
  public static SafetensorsOutput begin(FileChannel channel, Map<String, String> metadata,
      Collection<TensorInfo> infos) throws IOException {
    List<TensorInfo> ordered =
        infos.stream().sorted(SafetensorsWriter.order(info -> info)).toList();
    byte[] header = SafetensorsWriter.header(metadata, ordered);
    ByteBuffer start =
        ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(header.length).put(header).flip();
    long begin = start.remaining();
    SafetensorsOutput output = new SafetensorsOutput(channel);
    write(channel, start, 0);
    for (TensorInfo info : ordered) {
      output.places.put(info.name(), new Place(info, begin));
      begin = Math.addExact(begin, info.bytes());
    }
    return output;
  }

  /**
   * Writes a tensor to its place.
   *
   * @throws IllegalArgumentException if it is not among those announced, was written before, or does not give exactly its
   *         bytes
   */
  public void put(NamedTensor tensor) throws IOException {
    Place place = places.remove(tensor.info().name());
    if (place == null || !place.info.equals(tensor.info())) {
      throw new IllegalArgumentException(
          "Tensor " + tensor.info() + " was not announced, or was written before.");
    }
    long[] at = {place.begin};
    tensor.content().writeTo(chunk -> {
      int size = chunk.remaining();
      write(channel, chunk, at[0]);
      at[0] += size;
    });
    if (at[0] - place.begin != place.info.bytes()) {
      throw new IllegalArgumentException("Tensor " + place.info + " needs " + place.info.bytes()
          + " bytes, but " + (at[0] - place.begin) + " were given.");
    }
  }

  /**
   * Ends the file.
   *
   * @throws IllegalStateException if a tensor was announced and not written
   */
  public void end() throws IOException {
    if (!places.isEmpty()) {
      throw new IllegalStateException(
          "Tensor " + places.firstEntry().getKey() + " was not written.");
    }
    channel.force(true);
  }

  private static void write(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }
}
