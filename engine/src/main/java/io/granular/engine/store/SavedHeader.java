package io.granular.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.quant.ValueRange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Recipe, ranges and provenance in the metadata of files that Granular writes; the keys are the same in every format. */
public final class SavedHeader {
  private static final String RECIPE = "granular.recipe";
  private static final String RANGES = "granular.ranges";
  private static final String PROVENANCE = "granular.provenance";
  private static final String REMEDY =
      "The file is damaged or was changed; save the model again with granular quantize";

  private SavedHeader() {}

  /** The metadata that says this. */
  public static Map<String, String> metadata(SavedModel saved) {
    Map<String, String> metadata = new TreeMap<>();
    saved.recipe().ifPresent(recipe -> metadata.put(RECIPE, recipe));
    ObjectNode ranges = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(saved.ranges()).forEach(
        (module,
            range) -> ranges.putArray(module).add((double) range.min()).add((double) range.max()));
    metadata.put(RANGES, ranges.toString());
    metadata.put(PROVENANCE, JsonNodeFactory.instance.objectNode()
        .put("granular", saved.version())
        .put("model", saved.source())
        .put("model_sha256", saved.sourceDigest())
        .put("calibration_sha256", saved.calibrationDigest())
        .toString());
    return metadata;
  }

  static @Nullable SavedModel read(SafetensorsFile file) {
    return file.metadata().containsKey(QuantizedSafetensors.FORMAT)
        ? read(file.path(), "Granular safetensors",
            key -> Optional.ofNullable(file.metadata().get(key)))
        : null;
  }

  /**
   * Reads it.
   *
   * @param format of the file
   * @param metadata the text of a key, if there is any
   * @throws BadModelException if it is broken
   */
  static SavedModel read(Path file, String format, Function<String, Optional<String>> metadata) {
    ObjectNode provenance = json(file, metadata.apply(PROVENANCE));
    Map<String, ValueRange> ranges = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json(file, metadata.apply(RANGES)).properties()) {
      ranges.put(entry.getKey(), range(file, entry.getKey(), entry.getValue()));
    }
    return new SavedModel(format, metadata.apply(RECIPE), ranges,
        provenance.path("granular").asText(), provenance.path("model").asText(),
        provenance.path("model_sha256").asText(), provenance.path("calibration_sha256").asText());
  }

  private static ValueRange range(Path file, String module, JsonNode json) {
    try {
      if (json.isArray() && json.size() == 2 && json.get(0).isNumber() && json.get(1).isNumber()) {
        return new ValueRange((float) json.get(0).asDouble(), (float) json.get(1).asDouble());
      }
    } catch (IllegalArgumentException e) {
      throw new BadModelException(file, "the range of '" + module + "' is " + json, REMEDY, e);
    }
    throw new BadModelException(file, "the range of '" + module + "' is " + json, REMEDY);
  }

  private static ObjectNode json(Path file, Optional<String> text) {
    return text.map(t -> ModelJson.parse(file, t.getBytes(StandardCharsets.UTF_8)))
        .orElseGet(JsonNodeFactory.instance::objectNode);
  }
}
