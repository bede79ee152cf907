package io.granular.engine.analyze;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finished measurements on disk, for an analysis that is ended before its time or asked for again. */
final class Kept {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable Path file;
  private final String key;
  private final Map<String, double[][]> known = new HashMap<>();

  /**
   * @param file null keeps nothing
   * @param key tells this analysis from others; what a file holds for another is forgotten
   */
  Kept(@Nullable Path file, String key) {
    this.file = file;
    this.key = key;
    if (file != null && Files.isRegularFile(file)) {
      read(file);
    }
  }

  double @Nullable [][] get(String measurement) {
    return known.get(measurement);
  }

  void put(String measurement, double[][] values) {
    known.put(measurement, values);
    if (file != null) {
      write(file);
    }
  }

  private void read(Path from) {
    try {
      JsonNode json = JSON.readTree(from.toFile());
      if (json.path("key").asText().equals(key)) {
        for (var field : json.path("measured").properties()) {
          known.put(field.getKey(), JSON.treeToValue(field.getValue(), double[][].class));
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("The measurements in " + from + " cannot be read ("
          + e.getMessage() + "). Delete it to start anew.", e);
    }
  }

  private void write(Path to) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("key", key);
    document.put("measured", known);
    try {
      ByteBuffer bytes = ByteBuffer.wrap(
          JSON.writeValueAsString(JSON.<ObjectNode>valueToTree(document))
              .getBytes(StandardCharsets.UTF_8));
      AtomicFile.write(to, channel -> {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the measurements to " + to, e);
    }
  }
}
