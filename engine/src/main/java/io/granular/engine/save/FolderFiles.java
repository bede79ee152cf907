package io.granular.engine.save;

import io.granular.engine.store.Component;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Small files of a saved folder, and the names of the large ones. */
final class FolderFiles {
  private FolderFiles() {}

  /** Writes contents by path within the folder. */
  static void write(Path folder, Map<String, byte[]> files) throws IOException {
    for (Map.Entry<String, byte[]> entry : files.entrySet()) {
      Path file = folder.resolve(entry.getKey());
      Files.createDirectories(file.getParent());
      Files.write(file, entry.getValue());
    }
  }

  /**
   * The name of a component's weights. Quantized ones are a variant of the usual name, so that a program that does not know
   * them says that it found no weights.
   */
  static String weights(Component component, boolean quantized) {
    String base =
        component.className().startsWith("CLIP") ? "model" : "diffusion_pytorch_model";
    return base + (quantized ? ".granular" : "") + ".safetensors";
  }
}
