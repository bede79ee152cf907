package io.granular.engine.store;

import io.granular.engine.store.RenamedTensors.Origin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens GGUF files: whole checkpoints, as stable-diffusion.cpp writes them, and U-Nets alone, as ComfyUI-GGUF does.
 * Files that Granular wrote bring configurations and tokenizers in their metadata.
 */
final class GgufModels {
  /** Keys under which a file carries small files of a diffusers folder. */
  static final String FILE = "granular.file.";

  private static final String FIRST = "input_blocks.0.0.weight";
  private static final String OTHER = "down_blocks.0.resnets.0.conv1.weight";

  private GgufModels() {}

  /**
   * Opens {@code path}.
   *
   * @param config for a whole checkpoint a diffusers folder with its configuration and tokenizers; for a U-Net alone a
   *     model that has the other parts
   * @throws BadModelException if it is neither; says what it looks like
   */
  static ModelSource open(Path path, @Nullable Path config) {
    GgufFile file = GgufFile.open(path);
    try {
      if (file.contains(LdmUnet.PREFIX + FIRST)) {
        Checkpoint checkpoint = new Checkpoint(path, file, file::text);
        boolean alone = checkpoint.names().stream().allMatch(n -> n.startsWith(LdmUnet.PREFIX));
        return alone ? unet(file, file, config) : whole(checkpoint, file, config);
      }
      if (file.contains(FIRST)) {
        return unet(file, prefixed(file), config);
      }
      if (file.contains(OTHER)) {
        return new ReplacedUnet(base(path, config), file, null);
      }
      throw new BadModelException(path, "holds no Stable Diffusion U-Net"
          + file.text("general.architecture")
              .map(a -> " (its architecture is " + a + ")")
              .orElse(""),
          "Granular runs GGUF files of Stable Diffusion 1.x, 2.x and XL under their original names");
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static ModelSource whole(Checkpoint checkpoint, GgufFile file, @Nullable Path config) {
    Map<String, byte[]> embedded = embedded(file);
    PipelineConfigs configs = config != null ? PipelineConfigs.read(config)
        : embedded.containsKey("model_index.json")
            ? PipelineConfigs.read(new SideFiles.Inside(file.path(), embedded))
            : null;
    return new SingleFileCheckpoint(checkpoint, configs, Optional.of(saved(file)));
  }

  static SavedModel saved(GgufFile file) {
    return SavedHeader.read(file.path(), "GGUF", file::text);
  }

  private static ModelSource unet(GgufFile file, TensorSource tensors, @Nullable Path config) {
    Checkpoint checkpoint = new Checkpoint(file.path(), tensors, file::text);
    return new ReplacedUnet(base(file.path(), config), file, checkpoint);
  }

  private static ModelSource base(Path path, @Nullable Path config) {
    if (config == null) {
      throw new BadModelException(path,
          "holds a U-Net only; text encoders, autoencoder, tokenizers "
              + "and scheduler are missing",
          "Name a model that has them, a diffusers folder or demo: "
              + "--config MODEL");
    }
    boolean demo = String.valueOf(config.getFileName()).equals(ModelSources.DEMO)
        && !Files.exists(config);
    return ModelSources.open(demo ? ModelSources.DEMO : config.toString(), null);
  }

  /** The same tensors under the names that they have in whole checkpoints. */
  private static TensorSource prefixed(GgufFile file) {
    SequencedMap<String, Origin> names = new LinkedHashMap<>();
    file.names().forEach(name -> names.put(LdmUnet.PREFIX + name, Origin.same(name)));
    return new RenamedTensors(file.path(), file, names);
  }

  private static Map<String, byte[]> embedded(GgufFile file) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    file.metadata().forEach((key, value) -> {
      if (key.startsWith(FILE) && value instanceof GgufValue.Text(var text)) {
        files.put(key.substring(FILE.length()), text.getBytes(StandardCharsets.UTF_8));
      }
    });
    return files;
  }
}
