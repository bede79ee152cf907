package io.granular.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.PipelineConfigs.ComponentConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A diffusers folder: {@code model_index.json} and one folder per component. Weights may be fp32,
 * fp16 or bf16, in one file or in shards.
 */
public final class PipelineFolder implements ModelSource {
  private final Path folder;
  private final PipelineConfigs configs;
  private final SequencedMap<String, Component> components = new LinkedHashMap<>();
  private final List<TensorSource> opened = new ArrayList<>();
  private @Nullable SavedModel saved;

  private PipelineFolder(Path folder, PipelineConfigs configs) {
    this.folder = folder;
    this.configs = configs;
  }

  /**
   * Reads all configurations and maps all weights.
   *
   * @throws BadModelException if it is no pipeline, one that Granular does not run, or incomplete
   */
  public static PipelineFolder open(Path folder) {
    PipelineFolder pipeline = new PipelineFolder(folder, PipelineConfigs.read(folder));
    try {
      pipeline.openWeights();
      return pipeline;
    } catch (RuntimeException e) {
      pipeline.close();
      throw e;
    }
  }

  private void openWeights() {
    for (Map.Entry<String, ComponentConfig> entry : configs.components().entrySet()) {
      String name = entry.getKey();
      String className = entry.getValue().className();
      Path weights = WeightFiles.find(folder.resolve(name),
          className.startsWith("CLIP") ? "model" : "diffusion_pytorch_model");
      List<Path> files;
      TensorSource source;
      if (weights.getFileName().toString().endsWith(".json")) {
        ShardedSafetensors sharded = ShardedSafetensors.open(weights);
        source = sharded;
        files = sharded.files();
      } else {
        source = tensors(weights);
        files = List.of(weights);
      }
      opened.add(source);
      components.put(name, new Component(name, className, entry.getValue().config(),
          new RenamedTensors(weights, source, FolderNames.of(className, source)), files));
    }
  }

  /** The tensors of one file, which may be quantized; says how if it is. */
  private TensorSource tensors(Path weights) {
    SafetensorsFile file = SafetensorsFile.open(weights);
    try {
      if (saved == null) {
        saved = SavedHeader.read(file);
      }
      return QuantizedSafetensors.of(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Optional<SavedModel> saved() {
    return Optional.ofNullable(saved);
  }

  @Override
  public Path path() {
    return folder;
  }

  @Override
  public String name() {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? folder.toString() : name.toString();
  }

  @Override
  public Family family() {
    return configs.family();
  }

  @Override
  public SequencedMap<String, Component> components() {
    return Collections.unmodifiableSequencedMap(components);
  }

  @Override
  public ObjectNode schedulerConfig() {
    return configs.scheduler();
  }

  @Override
  public TokenizerSource tokenizer(String textEncoder) {
    component(textEncoder);
    return configs.tokenizer(textEncoder);
  }

  @Override
  public boolean zeroEmptyNegative() {
    return configs.zeroEmptyNegative();
  }

  @Override
  public Optional<PromptDefaults> promptDefaults() {
    return configs.promptDefaults();
  }

  @Override
  public List<String> notes() {
    return List.of();
  }

  @Override
  public void close() {
    opened.forEach(TensorSource::close);
  }
}
