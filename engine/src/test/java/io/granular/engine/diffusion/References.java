package io.granular.engine.diffusion;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Reads the reference results the tests of this package compare with. */
final class References {
  static final Path GOLDENS = Path.of("src/test/goldens");
  private static final Path OWN = GOLDENS.resolve("diffusion");
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
      .build();

  private References() {}

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String name) {
    return json(OWN.resolve(name));
  }

  /** The float32 tensors of one of this package's own safetensors files. */
  static Map<String, float[]> tensors(String name) {
    return tensors(OWN.resolve(name));
  }

  static Map<String, float[]> tensors(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int length = (int) bytes.getLong(0);
      JsonNode header = JSON.readTree(
          new String(bytes.array(), Long.BYTES, length, StandardCharsets.UTF_8));
      Map<String, float[]> tensors = new TreeMap<>();
      header.properties().forEach(entry -> {
        JsonNode offsets = entry.getValue().path("data_offsets");
        if (entry.getValue().path("dtype").asText().equals("F32")) {
          int from = offsets.get(0).asInt();
          float[] values = new float[(offsets.get(1).asInt() - from) / Float.BYTES];
          bytes.position(Long.BYTES + length + from);
          bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
          tensors.put(entry.getKey(), values);
        }
      });
      return tensors;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static float[] floats(JsonNode list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) list.get(i).asDouble();
    }
    return values;
  }

  static double[] doubles(JsonNode list) {
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asDouble();
    }
    return values;
  }

  static SchedulerConfig config(ObjectNode json) {
    return new SchedulerConfig(Path.of("scheduler_config.json"), json);
  }

  static SchedulerConfig config(String json) {
    return SchedulerConfig.parse(Path.of("scheduler_config.json"), json);
  }

  /** The largest difference, relative to the largest reference magnitude. */
  static double relativeError(float[] actual, float[] expected) {
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs((double) actual[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return actual.length == expected.length && largest > 0 && worst >= 0
        ? worst / largest
        : Double.NaN;
  }
}
