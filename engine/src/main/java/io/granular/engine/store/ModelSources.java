package io.granular.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens whatever a person names as a model. */
public final class ModelSources {
  /** The name of the model that comes with Granular. */
  public static final String DEMO = "demo";

  /** How the name of a model ends while it is being saved; before that come the process and a number of its own. */
  public static final String UNFINISHED = ".part";

  private static final Pattern PART = Pattern.compile("\\..*\\.(\\d+)-[0-9a-f-]{36}\\.part");
  private static final String MODELS = "granular.models";
  private static final String HOME = "granular.home";
  private static final String OPENS =
      "Granular opens: a diffusers folder, a single-file .safetensors or .gguf "
          + "checkpoint of Stable Diffusion 1.x, 2.x or XL, or '" + DEMO + "'";

  private ModelSources() {}

  /**
   * Opens {@code model}.
   *
   * @param model {@code demo}, a diffusers folder, or a {@code .safetensors} or {@code .gguf} checkpoint
   * @param config for a checkpoint: a diffusers folder with its configuration and tokenizers; for a {@code .gguf} that holds
   *        a U-Net only: a model that has the other parts
   * @throws BadModelException if it cannot be opened; says why and what can be
   * @throws IllegalArgumentException if {@code config} is given for a folder
   */
  public static ModelSource open(String model, @Nullable Path config) {
    Path path = model.equals(DEMO) ? demo() : path(model);
    finished(path);
    if (Files.isDirectory(path)) {
      if (config != null) {
        throw new IllegalArgumentException("A configuration folder is only for single-file "
            + "checkpoints; the folder " + path + " has its own.");
      }
      return PipelineFolder.open(path);
    }
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (!Files.exists(path)) {
      throw new BadModelException(path, "there is no such file or folder", OPENS);
    }
    if (name.endsWith(".safetensors")) {
      return SingleFileCheckpoint.open(path, config);
    }
    if (name.matches(".*\\.(ckpt|bin|pt|pth|pkl)")) {
      throw WeightFiles.pickle(path);
    }
    if (name.endsWith(".gguf") || isGguf(path)) {
      return GgufModels.open(path, config);
    }
    throw new BadModelException(path, "is no kind of model Granular knows", OPENS);
  }

  /** Only the process that saves a model opens it before it is complete, to check it. */
  private static void finished(Path path) {
    Matcher part = PART.matcher(String.valueOf(path.getFileName()));
    if (part.matches() && !part.group(1).equals(Long.toString(ProcessHandle.current().pid()))) {
      throw new BadModelException(path, "is a model that is still being saved, or whose saving was "
          + "ended", "Wait for it, or save it again; what is left of it may be deleted");
    }
  }

  /** Whether a file begins as GGUF files do, whatever it is called. */
  private static boolean isGguf(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(4), "GGUF".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return false; // what is wrong with it is said by whatever opens it
    }
  }

  private static Path path(String model) {
    try {
      return Path.of(model);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + model + "' is not a path. " + OPENS + ".", e);
    }
  }

  /** The folder of the bundled model. */
  public static Path demo() {
    String models = System.getProperty(MODELS);
    String home = System.getProperty(HOME);
    if (models == null && home == null) {
      throw new BadModelException(Path.of(DEMO), "the bundled model was not found: neither the "
          + "system property " + MODELS + " nor " + HOME + " is set",
          "Start Granular with its own "
              + "launcher, or set -D" + MODELS + " to the folder that holds '" + DEMO + "'");
    }
    Path folder = (models != null ? Path.of(models) : Path.of(home, "models")).resolve(DEMO);
    if (!Files.isDirectory(folder)) {
      throw new BadModelException(folder, "the bundled model is missing",
          "Install Granular again, or set -D" + MODELS + " to the folder that holds '" + DEMO
              + "'");
    }
    return folder;
  }
}
