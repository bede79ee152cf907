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
 * @param weights trained weights that stand in for the model's own; null for its own
 */
public record SideSettings(String recipe, Sampling sampling, @Nullable Calibrated calibration,
    @Nullable Weights weights) {
  /**
   * A calibration that a person made.
   *
   * @param model that it was made for; another one has other ranges
   * @param file as the engine wrote it
   */
  public record Calibrated(String model, String file) {}

  /**
   * Weights that were trained from a model's.
   *
   * @param of the model they stand in for; beside another one they mean nothing
   * @param folder the trained model
   */
  public record Weights(String of, String folder) {}

  /** With the usual calibration and the model's own weights. */
  public SideSettings(String recipe, Sampling sampling) {
    this(recipe, sampling, null, null);
  }

  /** With another recipe. */
  public SideSettings withRecipe(String value) {
    return new SideSettings(value, sampling, calibration, weights);
  }

  /** Sampled in another way. */
  public SideSettings withSampling(Sampling value) {
    return new SideSettings(recipe, value, calibration, weights);
  }

  /** With other ranges. */
  public SideSettings withCalibration(@Nullable Calibrated value) {
    return new SideSettings(recipe, sampling, value, weights);
  }

  /** With other weights; null for the model's own. */
  public SideSettings withWeights(@Nullable Weights value) {
    return new SideSettings(recipe, sampling, calibration, value);
  }

  /** The model that a side runs while {@code opened} is the chosen one. */
  public String model(String opened) {
    return weights == null || !opened.equals(weights.of) ? opened : weights.folder;
  }

  /** The file with the ranges for a model; null for the usual calibration. */
  public @Nullable Path calibration(String model) {
    return calibration == null || !model.equals(calibration.model)
        ? null
        : Path.of(calibration.file);
  }

  /** The same without a calibration and weights whose files are gone. */
  SideSettings checked() {
    boolean calibrated = calibration != null && calibration.model() != null
        && calibration.file() != null && Files.isRegularFile(Path.of(calibration.file()));
    boolean trained = weights != null && weights.of() != null && weights.folder() != null
        && Files.isDirectory(Path.of(weights.folder()));
    return withCalibration(calibrated ? calibration : null).withWeights(trained ? weights : null);
  }
}
