package io.granular.engine.diffusion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.BadModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A pipeline's {@code scheduler_config.json}, as diffusers writes it.
 *
 * @param file where it was read, for messages
 * @param json its content
 */
public record SchedulerConfig(Path file, ObjectNode json) {
  private static final long MAX_BYTES = 1 << 20;
  /** diffusers writes an infinite bound as the bare word {@code -Infinity}. */
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
      .build();

  /** Keeps a copy of {@code json}. */
  public SchedulerConfig {
    json = json.deepCopy();
  }

  /**
   * Reads the file.
   *
   * @throws BadModelException if it is missing, unreadable, over a megabyte or not a JSON object
   */
  public static SchedulerConfig read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new BadModelException(file, "the file has " + Files.size(file) + " bytes",
            "A scheduler config is a small JSON file; check that the model was copied whole.");
      }
      return parse(file, Files.readString(file));
    } catch (IOException e) {
      throw new BadModelException(file, "the scheduler config cannot be read (" + e.getMessage()
          + ")", "Check that the model was copied whole and may be read.", e);
    }
  }

  /**
   * The config in a text.
   *
   * @param file where the text is from, for messages
   * @throws BadModelException if it is not a JSON object
   */
  public static SchedulerConfig parse(Path file, String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return new SchedulerConfig(file, object);
      }
      throw new BadModelException(file, "the content is not a JSON object",
          "Take the file from the model's own scheduler folder.");
    } catch (JsonProcessingException e) {
      throw new BadModelException(file, "not valid JSON: " + e.getOriginalMessage(),
          "Take the file from the model's own scheduler folder.", e);
    }
  }

  @Override
  public ObjectNode json() {
    return json.deepCopy();
  }

  /** The diffusers class, or an empty text if the config names none. */
  public String className() {
    JsonNode name = json.get("_class_name");
    return name == null ? "" : name.asText();
  }

  /**
   * The config as diffusers' {@code StableDiffusionPipeline} (SD 1.x and 2.x, not SDXL) corrects
   * that of older models: timesteps start at 1, and latents are not clipped.
   */
  public SchedulerConfig forStableDiffusion() {
    return new SchedulerConfig(file, json().put("steps_offset", 1).put("clip_sample", false));
  }
}
