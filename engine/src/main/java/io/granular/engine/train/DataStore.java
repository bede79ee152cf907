package io.granular.engine.train;

import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.BoundedFolder;
import io.granular.engine.store.ContentDigests;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.PictureFile;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.train.DataFolder.Captioned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pictures as latents and captions as the network is told them, in a mapped file: encoded once, and read by every later
 * training on the same data. The last text is the empty one.
 */
final class DataStore implements AutoCloseable {
  /** Raise it whenever the same data would give other numbers. */
  private static final String VERSION = "latents 1";
  private static final long MOST = 8L << 30;
  private static final String LATENTS = "latents";
  private static final String HIDDEN = "hidden";
  private static final String POOLED = "pooled";
  private static final String TIME_IDS = "time_ids";

  private final SafetensorsFile file;

  private DataStore(SafetensorsFile file) {
    this.file = file;
  }

  /**
   * Opens it, or encodes first.
   *
   * @param rollouts without guidance, of the size of the latents
   * @param cache folder for what is used again; null for none
   * @param otherwise where the file goes if there is no cache
   */
  static DataStore of(List<Captioned> data, Classroom classroom, Rollouts rollouts,
      @Nullable Path cache, Path otherwise, TrainingClock clock) {
    String name = name(data, classroom, rollouts);
    BoundedFolder folder =
        cache == null ? null : new BoundedFolder(cache.resolve("training-data"), MOST);
    Optional<Path> known = folder == null ? Optional.empty() : folder.find(name);
    if (known.isPresent()) {
      return new DataStore(SafetensorsFile.open(known.get()));
    }
    List<NamedTensor> tensors = encoded(data, classroom, rollouts, clock);
    if (folder != null) {
      folder.put(name, file -> SafetensorsWriter.write(file, Map.of(), tensors));
      known = folder.find(name);
    }
    return new DataStore(SafetensorsFile.open(known.orElseGet(() -> write(otherwise, tensors))));
  }

  private static Path write(Path file, List<NamedTensor> tensors) {
    try {
      SafetensorsWriter.write(file, Map.of(), tensors);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("The encoded pictures cannot be written to " + file + ": " + e
          + ". Make room and train again.", e);
    }
  }

  /** Encodes while it is written, so that no more than one picture or caption is in memory. */
  private static List<NamedTensor> encoded(List<Captioned> data, Classroom classroom,
      Rollouts rollouts, TrainingClock clock) {
    clock.stage(Stage.TEXT);
    Conditioning empty = classroom.texts(List.of(""), rollouts, clock::check).getFirst();
    List<String> captions = new ArrayList<>(data.stream().map(Captioned::caption).toList());
    captions.add("");
    List<float[]> pooled = new ArrayList<>();
    List<float[]> timeIds = new ArrayList<>();
    List<NamedTensor> tensors = new ArrayList<>();
    // The writer's order is that of the names: the small ones are known once the captions are encoded.
    tensors.add(rows(HIDDEN, captions.size(), empty.hidden().length,
        row -> classroom.texts(captions, rollouts, clock::check, text -> {
          row.write(text.hidden());
          if (text.pooled() != null) {
            pooled.add(text.pooled());
          }
          if (text.timeIds() != null) {
            timeIds.add(text.timeIds());
          }
        })));
    int elements = classroom.graphs().vae().latent()
        * Math.toIntExact(Objects.requireNonNull(rollouts.sizes(Classroom.UNET).get("height"))
            * Objects.requireNonNull(rollouts.sizes(Classroom.UNET).get("width")));
    tensors.add(rows(LATENTS, data.size(), elements,
        row -> latents(data, classroom, rollouts, clock, row)));
    if (empty.pooled() != null) {
      tensors.add(rows(POOLED, captions.size(), empty.pooled().length,
          row -> pooled.forEach(row::write)));
    }
    if (empty.timeIds() != null) {
      tensors.add(rows(TIME_IDS, captions.size(), empty.timeIds().length,
          row -> timeIds.forEach(row::write)));
    }
    return tensors;
  }

  private static void latents(List<Captioned> data, Classroom classroom, Rollouts rollouts,
      TrainingClock clock, Row row) {
    clock.stage(Stage.LOADING);
    int width = Objects.requireNonNull(rollouts.filled().width());
    int height = Objects.requireNonNull(rollouts.filled().height());
    float scaling = (float) classroom.graphs().vae().scalingFactor();
    try (LoweredNetwork encoder = classroom.load(classroom.graph(PipelineGraphs.ENCODER),
        Map.of("batch", 1L, "height", (long) height, "width", (long) width))) {
      for (Captioned each : data) {
        clock.check();
        float[] pixels = CenterCrop.of(PictureFile.read(each.file()), width, height);
        try (Scope scope = classroom.torch().scope()) {
          float[] mean = Objects.requireNonNull(encoder
              .run(scope, Map.of("sample", scope.of(pixels, 1, 3, height, width)))
              .get("mean")).floats();
          for (int i = 0; i < mean.length; i++) {
            mean[i] *= scaling;
          }
          row.write(mean);
        }
      }
    }
  }

  /** Takes the next row of a tensor. */
  @FunctionalInterface
  private interface Row {
    void write(float[] values);
  }

  private static NamedTensor rows(String name, int count, int length, Consumer<Row> rows) {
    List<Long> shape = List.of((long) count, (long) length);
    return new NamedTensor(new TensorInfo(name, ScalarType.F32, shape), sink -> {
      try {
        rows.accept(values -> {
          try {
            NamedTensor.floats(name, List.of((long) length), values).content().writeTo(sink);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    });
  }

  private static String name(List<Captioned> data, Classroom classroom, Rollouts rollouts) {
    ContentDigests digests = new ContentDigests();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<String> facts = new ArrayList<>(List.of(VERSION, rollouts.filled().width() + "x"
          + rollouts.filled().height()));
      classroom.model()
          .components()
          .values()
          .stream()
          .filter(c -> !c.name().equals(Classroom.UNET))
          .forEach(c -> facts.add(digests.of(c)));
      data.forEach(each -> {
        facts.add(digests.of(each.file()));
        facts.add(each.caption());
      });
      facts.forEach(fact -> {
        digest.update(fact.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      });
      return HexFormat.of().formatHex(digest.digest()) + ".safetensors";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  /** A picture's clean latents. */
  float[] latents(int picture) {
    return row(LATENTS, picture);
  }

  /** A caption as the network is told it. */
  Conditioning text(int number, int tokens) {
    float[] hidden = row(HIDDEN, number);
    return new Conditioning(1, tokens, hidden.length / tokens, hidden,
        file.contains(POOLED) ? row(POOLED, number) : null,
        file.contains(TIME_IDS) ? row(TIME_IDS, number) : null);
  }

  private float[] row(String name, int row) {
    float[] values = new float[Math.toIntExact(file.info(name).shape().get(1))];
    FloatReader.of(file.data(name), file.info(name).dtype())
        .read((long) row * values.length, values, values.length);
    return values;
  }

  @Override
  public void close() {
    file.close();
  }
}
