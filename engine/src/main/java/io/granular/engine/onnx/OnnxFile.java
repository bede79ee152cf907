package io.granular.engine.onnx;

import com.google.protobuf.CodedOutputStream;
import io.granular.engine.store.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a graph as an ONNX model file; field numbers are those of {@code onnx.proto}. Constants of more than two gigabytes
 * together, which no such file may have, go to a second file beside it, as ONNX's external data.
 */
final class OnnxFile {
  /** The largest message that protocol buffers allow, less room for the nodes. */
  static final long LARGEST = Integer.MAX_VALUE - (64L << 20);
  private static final long SMALL = 1024;
  private static final long PAGE = 4096;
  private static final int CHUNK = 1 << 20;

  private final OnnxGraph graph;
  private final int opset;
  private final String version;
  private final Map<String, String> facts;
  private final long largest;

  /**
   * @param version of Granular
   * @param facts about the model, written as its metadata
   * @param largest bytes of constants up to which one file holds everything
   */
  OnnxFile(OnnxGraph graph, int opset, String version, Map<String, String> facts, long largest) {
    this.graph = graph;
    this.opset = opset;
    this.version = version;
    this.facts = facts;
    this.largest = largest;
  }

  /**
   * Writes {@code file} and, if need be, {@code file_data}.
   *
   * @return the files written
   */
  List<Path> write(Path file) throws IOException {
    long all = graph.initializers().stream().mapToLong(Initializer::bytes).sum();
    if (all <= largest) {
      writeModel(file, Map.of(), "");
      return List.of(file);
    }
    Path data = file.resolveSibling(file.getFileName() + "_data");
    Map<String, Long> offsets = new LinkedHashMap<>();
    long end = 0;
    for (Initializer tensor : graph.initializers()) {
      if (tensor.bytes() >= SMALL) {
        offsets.put(tensor.name(), end);
        end = Math.ceilDiv(end + tensor.bytes(), PAGE) * PAGE;
      }
    }
    writeData(data, offsets);
    writeModel(file, offsets, String.valueOf(data.getFileName()));
    return List.of(file, data);
  }

  private void writeData(Path file, Map<String, Long> offsets) throws IOException {
    AtomicFile.write(file, channel -> {
      for (Initializer tensor : graph.initializers()) {
        Long offset = offsets.get(tensor.name());
        if (offset != null) {
          channel.position(offset);
          tensor.content().writeTo(chunk -> writeFully(channel, chunk));
          if (channel.position() != offset + tensor.bytes()) {
            throw new IllegalStateException(tensor.name() + " needs " + tensor.bytes()
                + " bytes, but " + (channel.position() - offset) + " were given");
          }
        }
      }
    });
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void writeModel(Path file, Map<String, Long> offsets, String data) throws IOException {
    Message model = new Message().number(1, opset >= 21 ? 10 : 8)
        .text(2, "granular")
        .text(3, version)
        .message(7, graphMessage(offsets, data))
        .message(8, new Message().text(1, "").number(2, opset));
    facts.forEach((key, value) -> model.message(14, entry(key, value)));
    AtomicFile.write(file, channel -> {
      CodedOutputStream out =
          CodedOutputStream.newInstance(Channels.newOutputStream(channel), CHUNK);
      model.writeTo(out);
      out.flush();
    });
  }

  private Message graphMessage(Map<String, Long> offsets, String data) {
    Message message = new Message();
    for (OnnxGraph.Node node : graph.nodes()) {
      Message one = new Message().texts(1, node.inputs())
          .texts(2, node.outputs())
          .text(3, node.name())
          .text(4, node.op());
      node.attributes().forEach(attribute -> one.message(5, attribute.message()));
      message.message(1, one);
    }
    message.text(2, graph.name());
    for (Initializer tensor : graph.initializers()) {
      message.message(5, tensor(tensor, offsets.get(tensor.name()), data));
    }
    graph.inputs().forEach(port -> message.message(11, port(port)));
    graph.outputs().forEach(port -> message.message(12, port(port)));
    return message;
  }

  private static Message tensor(Initializer tensor, @Nullable Long offset,
      String data) {
    Message message = new Message().numbers(1, tensor.dims())
        .number(2, tensor.type().code())
        .text(8, tensor.name());
    if (offset == null) {
      return message.content(9, tensor.bytes(), tensor.content());
    }
    return message.message(13, entry("location", data))
        .message(13, entry("offset", Long.toString(offset)))
        .message(13, entry("length", Long.toString(tensor.bytes())))
        .number(14, 1);
  }

  private static Message port(OnnxGraph.Port port) {
    Message shape = new Message();
    for (String dim : port.dims()) {
      boolean known = dim.chars().allMatch(Character::isDigit);
      shape.message(1,
          known ? new Message().number(1, Long.parseLong(dim)) : new Message().text(2, dim));
    }
    Message tensor = new Message().number(1, port.type().code()).message(2, shape);
    return new Message().text(1, port.name()).message(2, new Message().message(1, tensor));
  }

  private static Message entry(String key, String value) {
    return new Message().text(1, key).text(2, value);
  }
}
