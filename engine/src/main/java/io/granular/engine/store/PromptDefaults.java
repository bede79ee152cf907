package io.granular.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a model's maker suggests for a run: {@code prompts.json} beside {@code model_index.json}.
 *
 * @param guidanceScale classifier-free guidance
 * @param steps number of steps
 * @param width of the picture, in pixels
 * @param height of the picture, in pixels
 * @param prompt the prompt to start with
 * @param prompts prompts the model answers well
 */
public record PromptDefaults(OptionalDouble guidanceScale, OptionalInt steps, OptionalInt width,
    OptionalInt height, Optional<String> prompt, List<String> prompts) {
  private static final String FILE = "prompts.json";

  public PromptDefaults {
    prompts = List.copyOf(prompts);
  }

  /**
   * The defaults among {@code files}, if there are any.
   *
   * @throws BadModelException if the file is there but is not as described
   */
  static Optional<PromptDefaults> read(SideFiles files) {
    Path file = files.name(FILE);
    if (!files.has(FILE)) {
      return Optional.empty();
    }
    ObjectNode json = files.json(FILE);
    JsonNode guidance = json.path("guidance_scale");
    require(file, "guidance_scale", guidance.isMissingNode() || guidance.isNumber());
    JsonNode size = json.path("size");
    require(file, "size", size.isMissingNode() || (size.isArray() && size.size() == 2));
    JsonNode prompt = json.path("default");
    require(file, "default", prompt.isMissingNode() || prompt.isTextual());
    JsonNode prompts = json.path("prompts");
    require(file, "prompts", prompts.isMissingNode() || prompts.isArray());
    List<String> texts = new ArrayList<>();
    for (JsonNode text : prompts) {
      require(file, "prompts", text.isTextual());
      texts.add(text.asText());
    }
    return Optional.of(new PromptDefaults(
        guidance.isNumber() ? OptionalDouble.of(guidance.asDouble()) : OptionalDouble.empty(),
        positive(file, "steps", json.path("steps")), positive(file, "size", size.path(0)),
        positive(file, "size", size.path(1)),
        prompt.isTextual() ? Optional.of(prompt.asText()) : Optional.empty(), texts));
  }

  private static OptionalInt positive(Path file, String key, JsonNode value) {
    if (value.isMissingNode()) {
      return OptionalInt.empty();
    }
    require(file, key, value.canConvertToInt() && value.isIntegralNumber() && value.asInt() > 0);
    return OptionalInt.of(value.asInt());
  }

  private static void require(Path file, String key, boolean holds) {
    if (!holds) {
      throw new BadModelException(file, "'" + key + "' is not as it should be",
          "Expected: guidance_scale (number), steps (whole number), size ([width, height]), "
              + "default (text), prompts (list of texts)");
    }
  }
}
