package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.TokenizerSource.BundledClip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A single {@code .safetensors} or {@code .gguf} file with a whole SD 1.x, SD 2.x or SDXL pipeline under its original
 * (ldm, sgm, OpenCLIP) names. Tensors are renamed as they are asked for; all but one stay views of
 * the file. Configurations are derived from shapes, or come from a diffusers folder.
 */
public final class SingleFileCheckpoint implements ModelSource {
  private static final int PIXELS_PER_LATENT = 8;

  private final Path path;
  private final TensorSource tensors;
  private final Optional<SavedModel> saved;
  private final Family family;
  private final SequencedMap<String, Component> components = new LinkedHashMap<>();
  private final ObjectNode scheduler;
  private final @Nullable PipelineConfigs configs;
  private final List<String> notes;

  /**
   * Of a file that is open.
   *
   * @param configs what describes it; null derives the configurations
   * @param saved what it says about how it was quantized
   */
  SingleFileCheckpoint(Checkpoint checkpoint, @Nullable PipelineConfigs configs,
      Optional<SavedModel> saved) {
    this.path = checkpoint.path();
    this.tensors = checkpoint.tensors();
    this.saved = saved;
    this.configs = configs;
    this.family = CheckpointFamily.of(checkpoint);
    if (configs != null && configs.family() != family) {
      throw new BadModelException(path, "is " + family.label() + ", but the configuration "
          + configs.files().origin() + " is " + configs.family().label(),
          "Name a folder of the same kind of model");
    }
    CheckpointPrediction prediction = CheckpointPrediction.of(checkpoint, family);
    this.scheduler = configs == null
        ? CheckpointScheduler.config(path, family, prediction)
        : configs.scheduler();
    SequencedMap<String, CheckpointPart> parts = new LinkedHashMap<>();
    family.components().forEach(name -> parts.put(name, part(checkpoint, name, prediction)));
    this.notes = configs == null ? notes(prediction, parts) : List.of();
    parts.forEach((name, part) -> components.put(name, component(name, part)));
    LatentSpace.check(path, component("unet").config(), component("vae").config());
  }

  /**
   * Opens {@code file}.
   *
   * @param config a diffusers folder that gives configurations, tokenizers and scheduler; its
   *        weights, if any, are not used. Without it they are derived
   * @throws BadModelException if it is no such checkpoint, or the derivation is ambiguous
   */
  public static SingleFileCheckpoint open(Path file, @Nullable Path config) {
    PipelineConfigs configs = config == null ? null : PipelineConfigs.read(config);
    SafetensorsFile tensors = SafetensorsFile.open(file);
    try {
      return new SingleFileCheckpoint(new Checkpoint(tensors), configs, Optional.empty());
    } catch (RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  private static List<String> notes(CheckpointPrediction prediction,
      SequencedMap<String, CheckpointPart> parts) {
    List<String> notes = new ArrayList<>(prediction.note().stream().toList());
    parts.forEach((name, part) -> notes.addAll(part.notes(name)));
    return List.copyOf(notes);
  }

  private Component component(String name, CheckpointPart part) {
    return new Component(name, part.className(),
        configs == null ? part.config() : configs.config(name),
        new RenamedTensors(path, tensors, part.tensors()), List.of(path));
  }

  private CheckpointPart part(Checkpoint checkpoint, String name, CheckpointPrediction prediction) {
    int pixels = trainedPixels(prediction);
    return switch (name) {
      case "unet" -> new LdmUnet(checkpoint, family, pixels / PIXELS_PER_LATENT);
      case "vae" -> new LdmVae(checkpoint, family, pixels);
      case "text_encoder_2" ->
        new OpenClipText(checkpoint, OpenClipText.SDXL_PREFIX, true, layers(name));
      case "text_encoder" -> switch (family) {
        case SD1 -> new HfClipText(checkpoint, HfClipText.SD1_PREFIX);
        case SDXL -> new HfClipText(checkpoint, HfClipText.SDXL_PREFIX);
        case SD2 -> new OpenClipText(checkpoint, OpenClipText.SD2_PREFIX, false, layers(name));
      };
      default -> throw new NoSuchElementException("No pipeline has a " + name + ".");
    };
  }

  /** The picture size of the published models; SD 2.x comes in two, which differ in prediction. */
  private int trainedPixels(CheckpointPrediction prediction) {
    return switch (family) {
      case SD1 -> 512;
      case SD2 -> prediction.type().equals(CheckpointPrediction.V) ? 768 : 512;
      case SDXL -> 1024;
    };
  }

  private OptionalInt layers(String textEncoder) {
    return configs != null && configs.config(textEncoder).path("num_hidden_layers").isInt()
        ? OptionalInt.of(configs.config(textEncoder).path("num_hidden_layers").asInt())
        : OptionalInt.empty();
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public String name() {
    return String.valueOf(path.getFileName()).replaceFirst("(?i)\\.(safetensors|gguf)$", "");
  }

  @Override
  public Family family() {
    return family;
  }

  @Override
  public SequencedMap<String, Component> components() {
    return Collections.unmodifiableSequencedMap(components);
  }

  @Override
  public ObjectNode schedulerConfig() {
    return scheduler;
  }

  @Override
  public TokenizerSource tokenizer(String textEncoder) {
    Component encoder = component(textEncoder);
    if (configs != null) {
      return configs.tokenizer(textEncoder);
    }
    PipelineConfigs.requireTextEncoder(textEncoder);
    int vocabulary = encoder.config().path("vocab_size").asInt();
    if (vocabulary != BundledClip.VOCABULARY_SIZE) {
      throw new BadModelException(path, "its " + textEncoder + " knows " + vocabulary
          + " tokens; the CLIP tokenizer has " + BundledClip.VOCABULARY_SIZE,
          "Name the diffusers folder this checkpoint was made from: --config DIR. What is missing "
              + "is " + textEncoder.replace("text_encoder", "tokenizer") + "/vocab.json and "
              + "merges.txt; its weights are not needed");
    }
    boolean openClip = family == Family.SD2 || textEncoder.equals("text_encoder_2");
    return new BundledClip(openClip ? "!" : "<|endoftext|>",
        PipelineConfigs.maxLength(encoder.config()));
  }

  @Override
  public boolean zeroEmptyNegative() {
    return configs == null ? family == Family.SDXL : configs.zeroEmptyNegative();
  }

  @Override
  public Optional<PromptDefaults> promptDefaults() {
    return configs == null ? Optional.empty() : configs.promptDefaults();
  }

  @Override
  public Optional<SavedModel> saved() {
    return saved;
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  @Override
  public void close() {
    tensors.close();
  }
}
