package io.granular.engine.save;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model to be quantized and saved.
 *
 * @param model as in {@link io.granular.engine.run.RunRequest}
 * @param config as in {@link io.granular.engine.run.RunRequest}
 * @param recipe id of a built-in recipe, path of a recipe file, or {@code stored} for the model's own
 * @param to the file or folder to make
 * @param format what to make
 * @param options choices that some formats have
 * @param overwrite whether what is at {@code to} may be replaced
 * @param calibration ranges of static schemes; null for the model's own, or to calibrate first
 * @param threads computing threads; 0 for the number of cores
 */
public record SaveRequest(String model, @Nullable Path config, String recipe, Path to,
    SaveFormat format, SaveOptions options, boolean overwrite, @Nullable Path calibration,
    int threads) {
  /** The same with so many computing threads. */
  public SaveRequest withThreads(int count) {
    return new SaveRequest(model, config, recipe, to, format, options, overwrite, calibration,
        count);
  }

  /** The same with another calibration. */
  public SaveRequest withCalibration(@Nullable Path file) {
    return new SaveRequest(model, config, recipe, to, format, options, overwrite, file, threads);
  }
}
