package io.granular.engine.studio.local;

import io.granular.engine.calibrate.CalibrationFile;
import io.granular.engine.calibrate.Prompts;
import io.granular.engine.calibrate.SamplePlan;
import io.granular.engine.run.CalibrationImages;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.Calibrator;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.BoundedFolder;
import io.granular.engine.store.ContentDigests;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.PromptDefaults;
import io.granular.engine.studio.EngineException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calibrations made before, one file each, named by the SHA-256 of everything they depend on: the bytes of the model, the
 * prompts or images, and the settings. Those that were not used for longest go when they take more than 512 MiB.
 */
final class CalibrationCache {
  private static final Logger LOG = LoggerFactory.getLogger(CalibrationCache.class);

  private static final long MOST = 512L << 20;

  private final BoundedFolder folder;
  private final ContentDigests digests = new ContentDigests();

  CalibrationCache(Path folder) {
    this.folder = new BoundedFolder(folder, MOST);
  }

  /**
   * The work that a request means, its output in this cache.
   *
   * @throws EngineException if the model, the prompts or the images cannot be read
   */
  Calibrator.Job job(CalibrationRequest request) {
    try (ModelSource model = ModelSources.open(request.model(), request.config())) {
      String digest = digest(model.components()
          .values()
          .stream()
          .map(digests::of)
          .collect(Collectors.joining("\n")));
      String source = digest(source(request, model));
      String key = digest(String.join("\n", Integer.toString(CalibrationFile.VERSION), digest,
          source, model.schedulerConfig().toString(), model.promptDefaults().toString(),
          SamplePlan.of(request.samples()).toString(), Long.toString(request.seed()),
          Boolean.toString(request.excludeStartToken()), String.valueOf(request.guidance()),
          request.width() + "x" + request.height(), Boolean.toString(request.images() != null)));
      return new Calibrator.Job(request, digest, source, folder.path(key + ".json"));
    } catch (BadModelException | IllegalArgumentException | UncheckedIOException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The calibration that a request means if it has been made; null if not.
   *
   * @throws EngineException as {@link #job}
   */
  @Nullable
  Path made(CalibrationRequest request) {
    if (!folder.exists()) {
      // Nothing was ever calibrated: spares reading the whole model for its digest.
      return null;
    }
    Calibrator.Job job = job(request);
    return has(job) ? job.output() : null;
  }

  /** Whether the work was done before and its result can be read. */
  boolean has(Calibrator.Job job) {
    String name = job.output().getFileName().toString();
    folder.trim(name);
    if (folder.find(name).isEmpty()) {
      return false;
    }
    try {
      CalibrationFile.read(job.output());
      return true;
    } catch (IllegalArgumentException e) {
      LOG.info("{} cannot be read; it is made again", job.output(), e);
      return false;
    }
  }

  private String source(CalibrationRequest request, ModelSource model) {
    Path images = request.images();
    if (images == null) {
      Path file = request.prompts();
      List<String> prompts = file != null ? Prompts.read(file)
          : Prompts.builtIn(
              model.promptDefaults().map(PromptDefaults::prompts).orElse(List.of()));
      return String.join("\n", prompts);
    }
    List<String> files = new ArrayList<>();
    for (Path picture : CalibrationImages.files(images)) {
      files.add(digests.of(picture));
      Path caption = CalibrationImages.caption(picture);
      files.add(Files.exists(caption) ? digests.of(caption) : "");
    }
    return String.join("\n", files);
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256")
              .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
