package io.granular.engine.save;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.Component;
import io.granular.engine.store.Family;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.PromptDefaults;
import io.granular.engine.store.TokenizerSource;
import io.granular.engine.text.BundledVocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Everything of a diffusers folder but the weights, whatever the model was opened from. */
final class PipelineFiles {
  private static final long SMALL = 16L << 20;
  private static final List<String> TOKENIZER = List.of("vocab.json", "merges.txt",
      "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json");

  private PipelineFiles() {}

  /** Contents by path within the folder. */
  static Map<String, byte[]> of(ModelSource model) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.put("_class_name", model.family() == Family.SDXL
        ? "StableDiffusionXLPipeline"
        : "StableDiffusionPipeline");
    index.put("_diffusers_version", "0.30.0");
    if (model.family() == Family.SDXL) {
      index.put("force_zeros_for_empty_prompt", model.zeroEmptyNegative());
    } else {
      index.putArray("safety_checker").addNull().addNull();
      index.put("requires_safety_checker", false);
    }
    index.putArray("feature_extractor").addNull().addNull();
    for (Component component : model.components().values()) {
      boolean text = component.name().startsWith("text_encoder");
      index.putArray(component.name())
          .add(text ? "transformers" : "diffusers")
          .add(component.className());
      files.put(component.name() + "/config.json", bytes(component.config()));
      if (text) {
        String tokenizer = component.name().replace("text_encoder", "tokenizer");
        index.putArray(tokenizer).add("transformers").add("CLIPTokenizer");
        tokenizer(model.tokenizer(component.name()))
            .forEach((name, content) -> files.put(tokenizer + "/" + name, content));
      }
    }
    ObjectNode scheduler = model.schedulerConfig();
    index.putArray("scheduler").add("diffusers").add(scheduler.path("_class_name").asText());
    files.put("scheduler/scheduler_config.json", bytes(scheduler));
    files.put("model_index.json", bytes(index));
    model.promptDefaults().ifPresent(defaults -> files.put("prompts.json", bytes(json(defaults))));
    return files;
  }

  private static Map<String, byte[]> tokenizer(TokenizerSource source) throws IOException {
    return switch (source) {
      case TokenizerSource.BundledClip clip -> BundledVocabulary.files(clip);
      case TokenizerSource.Embedded embedded -> embedded.files();
      case TokenizerSource.Folder(Path folder, _) -> {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : TOKENIZER) {
          if (Files.isRegularFile(folder.resolve(name))) {
            files.put(name, Files.readAllBytes(folder.resolve(name)));
          }
        }
        yield files;
      }
    };
  }

  /** What else lies in a model's folder and is no tensor: licences, model cards. */
  static Map<String, byte[]> documents(ModelSource model) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    Path folder = model.path();
    if (!Files.isDirectory(folder)) {
      return files;
    }
    try (Stream<Path> all = Files.walk(folder, 2)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        String name = file.getFileName().toString();
        if (Files.isRegularFile(file) && name.matches("(?i).*\\.(md|txt)|licen[cs]e.*|notice.*")
            && !name.equals("merges.txt") && Files.size(file) <= SMALL) {
          files.put(folder.relativize(file).toString().replace('\\', '/'),
              Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  private static ObjectNode json(PromptDefaults defaults) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    defaults.guidanceScale().ifPresent(value -> json.put("guidance_scale", value));
    defaults.steps().ifPresent(value -> json.put("steps", value));
    if (defaults.width().isPresent() && defaults.height().isPresent()) {
      json.putArray("size").add(defaults.width().getAsInt()).add(defaults.height().getAsInt());
    }
    defaults.prompt().ifPresent(value -> json.put("default", value));
    var prompts = json.putArray("prompts");
    defaults.prompts().forEach(prompts::add);
    return json;
  }

  private static byte[] bytes(ObjectNode json) {
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
