package io.granular.engine.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the weights in a component's folder. In this order: the plain file, the plain index of
 * shards, the {@code fp16} variant, the only other variant. Pickle files are never opened: reading
 * them means running whatever program they hold.
 */
final class WeightFiles {
  private static final Pattern PICKLE = Pattern.compile(".*\\.(bin|ckpt|pt|pth|pkl)");
  private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-\\d{5}.*");

  private final Path folder;
  private final String base;
  private final List<String> names;

  private WeightFiles(Path folder, String base, List<String> names) {
    this.folder = folder;
    this.base = base;
    this.names = names;
  }

  /**
   * The weights of a component: a {@code .safetensors} file or an index of shards.
   *
   * @param base {@code diffusion_pytorch_model} for diffusers, {@code model} for transformers
   * @throws BadModelException if there are none that can be used; says what was found
   */
  static Path find(Path folder, String base) {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      return new WeightFiles(folder, base, names).choose();
    } catch (IOException | UncheckedIOException e) {
      throw new BadModelException(folder, "cannot be listed (" + e.getMessage() + ")",
          "Check that the folder exists and may be read", e);
    }
  }

  private Path choose() {
    return exactly(base + ".safetensors")
        .or(() -> exactly(base + ".safetensors.index.json"))
        .or(() -> exactly(base + ".fp16.safetensors"))
        .or(() -> exactly(base + ".safetensors.index.fp16.json"))
        .or(this::onlyVariant)
        .orElseThrow(this::nothing);
  }

  private Optional<Path> exactly(String name) {
    return names.contains(name) ? Optional.of(folder.resolve(name)) : Optional.empty();
  }

  private Optional<Path> onlyVariant() {
    String start = Pattern.quote(base);
    Pattern variant =
        Pattern.compile(
            start + "\\.[^.]+\\.safetensors|" + start + "\\.safetensors\\.index\\..+\\.json");
    List<String> variants = names.stream()
        .filter(name -> variant.matcher(name).matches() && !SHARD.matcher(name).matches())
        .toList();
    if (variants.size() > 1) {
      throw new BadModelException(folder, "has several variants of the weights ("
          + String.join(", ", variants) + ") and none is the plain one",
          "Keep one of them, or rename it to " + base + ".safetensors");
    }
    return variants.stream().findFirst().map(folder::resolve);
  }

  private BadModelException nothing() {
    List<String> pickles = names.stream()
        .filter(name -> PICKLE.matcher(name.toLowerCase(Locale.ROOT)).matches())
        .toList();
    if (!pickles.isEmpty()) {
      return pickle(folder.resolve(pickles.getFirst()));
    }
    return new BadModelException(folder, "has no " + base + ".safetensors",
        "Copy the component's weights into this folder");
  }

  /** The refusal of a pickle file. */
  static BadModelException pickle(Path file) {
    return new BadModelException(file, "is a pickle file, which is a program; Granular never runs "
        + "programs from model files",
        "Convert it to .safetensors, for example with diffusers: "
            + "pipeline.save_pretrained(folder, safe_serialization=True)");
  }
}
