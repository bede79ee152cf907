package io.granular.engine.quant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** torchao's results: {@code affine.json} names the cases, {@code affine.safetensors} holds them. */
final class Goldens {
  private static final Path FOLDER = Path.of("src/test/goldens/quant");

  private final ByteBuffer file;
  private final JsonNode header;
  private final int dataStart;

  Goldens() {
    try {
      file = ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve("affine.safetensors")))
          .order(ByteOrder.LITTLE_ENDIAN);
      int headerLength = Math.toIntExact(file.getLong(0));
      dataStart = 8 + headerLength;
      header = new ObjectMapper().readTree(file.array(), 8, headerLength);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * One reference case.
   *
   * @param key e.g. {@code conv.8.symmetric.per_group_16}
   */
  record Case(String key, int qmin, int qmax) {
    String tensor() {
      return part(0);
    }

    int bits() {
      return Integer.parseInt(part(1));
    }

    Mapping mapping() {
      return Mapping.valueOf(part(2).toUpperCase(Locale.ROOT));
    }

    Granularity granularity() {
      return switch (part(3)) {
        case "per_tensor" -> new Granularity.PerTensor();
        case "per_axis" -> new Granularity.PerAxis(0);
        case "per_token" -> new Granularity.PerToken();
        case String group -> new Granularity.PerGroup(
            Integer.parseInt(group.substring("per_group_".length())));
      };
    }

    IntegerScheme scheme() {
      return tensor().equals("activation")
          ? new ActivationScheme(bits(), granularity(), mapping(), ActivationScheme.Range.DYNAMIC)
          : new WeightScheme(bits(), granularity(), mapping());
    }

    private String part(int index) {
      return key.split("\\.")[index];
    }

    @Override
    public String toString() {
      return key;
    }
  }

  static Stream<Case> cases() {
    try {
      JsonNode cases =
          new ObjectMapper().readTree(FOLDER.resolve("affine.json").toFile()).get("cases");
      return cases.valueStream()
          .map(node -> new Case(node.get("key").textValue(),
              node.get("qmin").intValue(), node.get("qmax").intValue()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Rows of a tensor as quantization sees it: conv weights by output channel, others by last axis. */
  int rows(String tensor) {
    JsonNode shape = header.get(tensor).get("shape");
    return tensor.equals("conv")
        ? shape.get(0).intValue()
        : floats(tensor).length / shape.get(shape.size() - 1).intValue();
  }

  float[] floats(String name) {
    ByteBuffer bytes = bytes(name);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  int[] ints(String name) {
    ByteBuffer bytes = bytes(name);
    int[] values = new int[bytes.remaining() / 4];
    bytes.asIntBuffer().get(values);
    return values;
  }

  private ByteBuffer bytes(String name) {
    JsonNode offsets = header.get(name).get("data_offsets");
    int begin = offsets.get(0).intValue();
    return file.slice(dataStart + begin, offsets.get(1).intValue() - begin)
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
