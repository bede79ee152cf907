package io.granular.app.session;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a person chose for one side.
 *
 * @param recipe id of a built-in recipe or path of a recipe file
 * @param sampling how it is sampled
 * @param calibration where static ranges come from; null for the engine's usual calibration
 */
public record SideSettings(String recipe, Sampling sampling, @Nullable Calibrated calibration) {
  /**
   * A calibration that a person made.
   *
   * @param model that it was made for; another one has other ranges
   * @param file as the engine wrote it
   */
  public record Calibrated(String model, String file) {}

  /** With the usual calibration. */
  public SideSettings(String recipe, Sampling sampling) {
    this(recipe, sampling, null);
  }

  /** With another recipe. */
  public SideSettings withRecipe(String value) {
    return new SideSettings(value, sampling, calibration);
  }

  /** Sampled in another way. */
  public SideSettings withSampling(Sampling value) {
    return new SideSettings(recipe, value, calibration);
  }

  /** With other ranges. */
  public SideSettings withCalibration(@Nullable Calibrated value) {
    return new SideSettings(recipe, sampling, value);
  }

  /** The file with the ranges for a model; null for the usual calibration. */
  public @Nullable Path calibration(String model) {
    return calibration == null || !model.equals(calibration.model)
        ? null
        : Path.of(calibration.file);
  }

  /** The same without a calibration whose file is gone. */
  SideSettings checked() {
    return calibration == null || (calibration.file() != null
        && Files.isRegularFile(Path.of(calibration.file()))) ? this : withCalibration(null);
  }
}
