package io.granular.engine.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.store.AtomicFile;
import io.granular.engine.store.Component;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder of a trained model: an ordinary diffusers folder whose U-Net has the trained weights in fp32. The recipe it was
 * trained for lies beside it and quantizes it to the integers that were trained.
 */
final class TrainedModel {
  static final String RECIPE = "recipe.json";
  private static final String PROVENANCE = "train.json";
  private static final String UNET = "unet";
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
  private static final String TENSORS = ".*\\.(safetensors|bin|ckpt|pt|pth|msgpack|h5|onnx|pb|gguf)"
      + "|.*\\.safetensors\\.index.*\\.json";
  private static final long SMALL = 16L << 20;

  private TrainedModel() {}

  /**
   * Refuses what could not be written later.
   *
   * @throws IllegalArgumentException if the model is no folder, or the destination is there and not empty
   */
  static void check(ModelSource model, Path to) {
    if (!Files.isDirectory(model.path())) {
      throw new IllegalArgumentException(model.path()
          + " is a single file; training takes a diffusers folder, whose other parts it copies.");
    }
    try (Stream<Path> inside = Files.isDirectory(to) ? Files.list(to) : Stream.empty()) {
      if ((Files.exists(to) && !Files.isDirectory(to)) || inside.findAny().isPresent()) {
        throw new IllegalArgumentException(to + " is there already; name a new folder.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + to, e);
    }
  }

  /**
   * Writes it beside its place and moves it there.
   *
   * @param trained parameters of the U-Net that training changed, by diffusers' name
   * @param recipe JSON of the recipe
   * @param previews folder of pictures that goes with it if it is there
   * @param provenance where the weights come from, for {@code train.json}
   */
  static void write(ModelSource model, Path to, TensorSource trained, String recipe, Path previews,
      Object provenance) {
    Path target = to.toAbsolutePath();
    Path part = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID()
        + ".part");
    try {
      try {
        Files.createDirectories(part);
        copy(model, part);
        weights(model.component(UNET), part.resolve(UNET).resolve(WEIGHTS), trained);
        text(part.resolve(RECIPE), recipe);
        text(part.resolve(PROVENANCE), new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .writeValueAsString(provenance));
        pictures(previews, part.resolve(previews.getFileName()));
        Files.deleteIfExists(target);
        Files.move(part, target);
      } finally {
        delete(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The trained model cannot be written to " + to + ": " + e, e);
    }
  }

  private static void copy(ModelSource model, Path part) throws IOException {
    Path source = model.path();
    Set<Path> used = new HashSet<>();
    model.components()
        .values()
        .stream()
        .filter(component -> !component.name().equals(UNET))
        .forEach(component -> used.addAll(component.files()));
    List<Path> files;
    try (Stream<Path> all = Files.walk(source, FileVisitOption.FOLLOW_LINKS)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path within = source.relativize(file);
      boolean tensors =
          file.getFileName().toString().toLowerCase(Locale.ROOT).matches(TENSORS);
      boolean wanted = tensors ? used.contains(file) || listsShards(file, used)
          : Files.size(file) <= SMALL;
      if (wanted) {
        Path copy = part.resolve(within.toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /** Whether a file is the list of shards that are copied. */
  private static boolean listsShards(Path file, Set<Path> used) {
    String name = file.getFileName().toString();
    int stem = name.indexOf(".safetensors.index");
    return stem > 0 && used.stream()
        .anyMatch(shard -> Objects.equals(shard.getParent(), file.getParent())
            && shard.getFileName().toString().startsWith(name.substring(0, stem) + "-"));
  }

  private static void pictures(Path from, Path to) throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    Files.createDirectories(to);
    try (Stream<Path> all = Files.list(from)) {
      for (Path picture : all.toList()) {
        Files.copy(picture, to.resolve(picture.getFileName()));
      }
    }
  }

  private static void weights(Component unet, Path file, TensorSource trained)
      throws IOException {
    TensorSource stored = unet.tensors();
    List<NamedTensor> tensors = new ArrayList<>();
    for (String name : stored.names()) {
      TensorInfo info = stored.info(name);
      TensorSource from = trained.names().contains(name) ? trained : stored;
      tensors.add(new NamedTensor(new TensorInfo(name, ScalarType.F32, info.shape()),
          sink -> NamedTensor.floats(name, info.shape(), widened(from, from.info(name)))
              .content()
              .writeTo(sink)));
    }
    Files.createDirectories(file.getParent());
    SafetensorsWriter.write(file, Map.of("format", "pt"), tensors);
  }

  private static float[] widened(TensorSource stored, TensorInfo info) {
    float[] values = new float[Math.toIntExact(info.elements())];
    FloatReader.of(stored.data(info.name()), info.dtype()).read(0, values, values.length);
    return values;
  }

  private static void text(Path file, String content) throws IOException {
    AtomicFile.write(file, channel -> {
      ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    });
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
