package io.granular.engine.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the JSON of a model strictly: bounded in size and depth, no key twice, nothing after the
 * value. Model files are untrusted.
 */
public final class ModelJson {
  /** The largest JSON text that is read, in bytes; also the largest safetensors header. */
  public static final int MAX_BYTES = 100_000_000;

  private static final int MAX_DEPTH = 64;

  private ModelJson() {}

  /**
   * The object a file holds.
   *
   * @throws BadModelException if the file is missing, too large, not JSON, or not an object
   */
  public static ObjectNode read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new BadModelException(file, "the file does not exist",
            "Copy the whole model again; this file belongs to it");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new BadModelException(file, "larger than " + MAX_BYTES + " bytes, which no model's "
            + "configuration is", "Check that this is the right file");
      }
      return parse(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new BadModelException(file, "cannot be read (" + e.getMessage() + ")",
          "Check that the file is complete and may be read", e);
    }
  }

  /**
   * The object in {@code json}, which came from {@code origin}.
   *
   * @throws BadModelException if it is not strict JSON or not an object
   */
  public static ObjectNode parse(Path origin, byte[] json) {
    try {
      JsonNode node = mapper().readTree(json);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new BadModelException(origin, "holds no JSON object", "Copy the model again");
    } catch (JsonProcessingException e) {
      throw notJson(origin, e);
    } catch (IOException e) {
      throw new IllegalStateException("Reading JSON from memory cannot fail otherwise.", e);
    }
  }

  static BadModelException notJson(Path file, JsonProcessingException e) {
    String where = e.getLocation() == null
        ? ""
        : " at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
    return new BadModelException(file, "its JSON is broken" + where + " (" + e.getOriginalMessage()
        + ")", "The file is damaged or was cut short; copy it again", e);
  }

  /** Strict parsers: duplicate keys rejected, nesting and lengths bounded. */
  static JsonFactory factory() {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        // A vocabulary's names are read once; interning tens of thousands of them takes long.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .streamReadConstraints(StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(MAX_BYTES)
            .maxDocumentLength(MAX_BYTES)
            .build())
        .build();
  }

  private static JsonMapper mapper() {
    return JsonMapper.builder(factory())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }
}
