package io.granular.engine.run;

import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.quant.TreatedWeight;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.BoundedFolder;
import io.granular.engine.store.ContentDigests;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What treatments need and make, kept for the next run: statistics of layers' inputs and treated weights, one file each,
 * named by the SHA-256 of what it depends on.
 */
public final class TreatmentCache {
  /** Keeps nothing. */
  public static final TreatmentCache NONE = new TreatmentCache(null, null);

  private static final Logger LOG = LoggerFactory.getLogger(TreatmentCache.class);
  /** Raise it whenever the same recipe would give other numbers. */
  private static final String VERSION = "treatments 1";
  private static final long MOST = 4L << 30;

  private final @Nullable BoundedFolder statistics;
  private final @Nullable BoundedFolder weights;
  private final ContentDigests digests = new ContentDigests();

  private TreatmentCache(@Nullable BoundedFolder statistics, @Nullable BoundedFolder weights) {
    this.statistics = statistics;
    this.weights = weights;
  }

  /** In a folder, up to 4 GiB of statistics and as much of weights; null keeps nothing. */
  public static TreatmentCache in(@Nullable Path folder) {
    return folder == null ? NONE : in(folder, MOST);
  }

  static TreatmentCache in(Path folder, long most) {
    return new TreatmentCache(new BoundedFolder(folder.resolve("statistics"), most),
        new BoundedFolder(folder.resolve("treated"), most));
  }

  /**
   * The digest of the networks that trajectories run through, the autoencoder left out, and of the trajectories.
   *
   * @param trajectories says what is denoised and how
   */
  String base(ModelSource model, String trajectories) {
    return model.components()
        .values()
        .stream()
        .filter(c -> c.name().equals("unet") || c.name().startsWith("text_encoder"))
        .map(digests::of)
        .collect(Collectors.joining("\n", VERSION + "\n", "\n" + trajectories));
  }

  /** Whether anything is kept. */
  boolean keeps() {
    return weights != null;
  }

  /** Whether Hessians of so many bytes are worth keeping: half of the room, or they would push each other out. */
  boolean keepsHessians(long bytes) {
    return statistics != null && TreatmentFiles.stored(bytes) <= statistics.most() / 2;
  }

  Optional<List<LayerStatistics>> statistics(String key) {
    return read(statistics, key, TreatmentFiles::statistics);
  }

  void put(String key, List<LayerStatistics> parts) {
    if (statistics != null) {
      statistics.put(name(key), file -> SafetensorsWriter.write(file, Map.of(),
          TreatmentFiles.ofStatistics(parts)));
    }
  }

  Optional<List<TreatedWeight>> treated(String key, WeightScheme scheme) {
    return read(weights, key, file -> TreatmentFiles.treated(file, scheme));
  }

  void putTreated(String key, List<TreatedWeight> parts) {
    if (weights != null) {
      weights.put(name(key), file -> SafetensorsWriter.write(file, Map.of(),
          TreatmentFiles.ofTreated(parts)));
    }
  }

  private static <T> Optional<T> read(@Nullable BoundedFolder folder, String key,
      Function<SafetensorsFile, T> reader) {
    Optional<Path> file = folder == null ? Optional.empty() : folder.find(name(key));
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (SafetensorsFile open = SafetensorsFile.open(file.get())) {
      return Optional.of(reader.apply(open));
    } catch (BadModelException | IllegalArgumentException | NoSuchElementException e) {
      LOG.info("{} cannot be read; it is made again", file.get(), e);
      return Optional.empty();
    }
  }

  private static String name(String key) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256")
              .digest(key.getBytes(StandardCharsets.UTF_8)))
          + ".safetensors";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
