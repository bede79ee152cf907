package io.granular.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Everything in a diffusers folder but the weights: {@code model_index.json} and the configurations
 * it leads to. Safety checkers, feature extractors and image encoders are left alone.
 *
 * @param files where they are
 * @param family decided from the configurations
 * @param components by name, in the order they run
 * @param scheduler {@code scheduler_config.json} with the class of {@code model_index.json}
 * @param zeroEmptyNegative see {@link ModelSource#zeroEmptyNegative}
 */
record PipelineConfigs(SideFiles files, Family family,
    SequencedMap<String, ComponentConfig> components,
    ObjectNode scheduler, boolean zeroEmptyNegative) {
  private static final String INDEX = "model_index.json";
  private static final String ZEROS = "force_zeros_for_empty_prompt";
  private static final int SD2_CROSS_ATTENTION_DIM = 1024;
  private static final Map<String, String> CLASSES = Map.of("text_encoder", "CLIPTextModel",
      "text_encoder_2", "CLIPTextModelWithProjection", "unet", "UNet2DConditionModel", "vae",
      "AutoencoderKL");

  /** Class and {@code config.json} of one component. */
  record ComponentConfig(String className, ObjectNode config) {}

  /**
   * Reads {@code folder}.
   *
   * @throws BadModelException if it is no pipeline, one that Granular does not run, or incomplete
   */
  static PipelineConfigs read(Path folder) {
    return read(new SideFiles.InFolder(folder));
  }

  /** As above, wherever the files are. */
  static PipelineConfigs read(SideFiles folder) {
    Path index = folder.name(INDEX);
    if (!folder.has(INDEX)) {
      throw new BadModelException(folder.origin(), "has no " + INDEX,
          folder.has("config.json")
              ? "This is one component; open the folder above it"
              : "Open the folder of a diffusers pipeline, or a single .safetensors file");
    }
    ObjectNode json = folder.json(INDEX);
    boolean xl = isXl(index, json.path("_class_name").asText());
    SequencedMap<String, ComponentConfig> components = new LinkedHashMap<>();
    for (String name : (xl ? Family.SDXL : Family.SD1).components()) {
      components.put(name, component(folder, index, json.path(name), name));
    }
    Family family = xl ? Family.SDXL : oneTextEncoder(components);
    LatentSpace.check(folder.origin(), config(components, "unet"), config(components, "vae"));
    return new PipelineConfigs(folder, family, components, scheduler(folder, index, json),
        xl && zeros(index, json.path(ZEROS)));
  }

  private static boolean isXl(Path index, String className) {
    return switch (className) {
      case "StableDiffusionPipeline" -> false;
      case "StableDiffusionXLPipeline" -> true;
      case "" ->
        throw new BadModelException(index, "names no '_class_name'", "Copy the model again");
      default -> throw new BadModelException(index, "is a " + className
          + ", which Granular does not run",
          "Use a Stable Diffusion 1.x, 2.x or XL base model "
              + "(StableDiffusionPipeline, StableDiffusionXLPipeline)");
    };
  }

  /** Diffusers' {@code StableDiffusionXLPipeline} takes true where the file says nothing. */
  private static boolean zeros(Path index, JsonNode value) {
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new BadModelException(index, "its '" + ZEROS + "' is " + value,
          "Set it to true or false");
    }
    return value.asBoolean(true);
  }

  private static ComponentConfig component(SideFiles folder, Path index, JsonNode entry,
      String name) {
    String wanted = CLASSES.getOrDefault(name, "");
    String className = entry.path(1).asText("");
    if (!entry.isArray() || entry.path(1).isNull()) {
      throw new BadModelException(index, "has no " + name, "Use a complete pipeline");
    }
    if (!className.equals(wanted)) {
      throw new BadModelException(index, "its " + name + " is a " + className
          + ", which Granular does not run", "Use a model whose " + name + " is a " + wanted);
    }
    return new ComponentConfig(className,
        folder.json(name + "/config.json"));
  }

  private static Family oneTextEncoder(Map<String, ComponentConfig> components) {
    ObjectNode unet = config(components, "unet");
    return unet.path("use_linear_projection").asBoolean()
        || unet.path("cross_attention_dim").asInt() == SD2_CROSS_ATTENTION_DIM
            ? Family.SD2
            : Family.SD1;
  }

  private static ObjectNode scheduler(SideFiles folder, Path index, ObjectNode json) {
    String className = json.path("scheduler").path(1).asText("");
    if (className.isEmpty()) {
      throw new BadModelException(index, "has no scheduler", "Use a complete pipeline");
    }
    return folder.json("scheduler/scheduler_config.json")
        .put("_class_name", className);
  }

  private static ObjectNode config(Map<String, ComponentConfig> components, String name) {
    ComponentConfig component = components.get(name);
    if (component == null) {
      throw new NoSuchElementException("A pipeline has a " + name + ".");
    }
    return component.config;
  }

  /** The configuration of one component. */
  ObjectNode config(String name) {
    return config(components, name);
  }

  /** The tokenizer folder that belongs to a text encoder. */
  TokenizerSource tokenizer(String textEncoder) {
    requireTextEncoder(textEncoder);
    return files.tokenizer(textEncoder.replace("text_encoder", "tokenizer"),
        maxLength(config(textEncoder)));
  }

  static void requireTextEncoder(String name) {
    if (!name.startsWith("text_encoder")) {
      throw new NoSuchElementException("Only text encoders have tokenizers, not " + name + ".");
    }
  }

  /** How many tokens a text encoder takes; 77 is transformers' default. */
  static int maxLength(ObjectNode textConfig) {
    return textConfig.path("max_position_embeddings").asInt(77);
  }

  /** What the folder suggests for a run. */
  Optional<PromptDefaults> promptDefaults() {
    return PromptDefaults.read(files);
  }
}
