package io.granular.engine.studio.local;

import io.granular.engine.calibrate.Calibration;
import io.granular.engine.run.RunRequest;
import io.granular.engine.save.Fit;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.ModuleRanges;
import io.granular.engine.studio.ModuleWeights;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.RecipeInfo;
import io.granular.engine.studio.protocol.KernelReport;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at models and recipes; reads files, runs nothing. Whatever cannot be read is an
 * {@link io.granular.engine.studio.EngineException} that names the file and the remedy.
 */
public interface Library {
  /**
   * Describes a model.
   *
   * @param model as in {@link RunRequest}
   * @param config as in {@link RunRequest}
   */
  ModelInfo info(String model, @Nullable Path config);

  /** The recipes that ship with Granular, in the order they are offered. */
  List<RecipeInfo> recipes();

  /**
   * The text of a recipe.
   *
   * @param recipe id of a built-in recipe or path of a recipe file
   */
  String recipeJson(String recipe);

  /**
   * Resolves a recipe against a model.
   *
   * @param simulate as in {@link RunRequest}
   * @param calibration file with the ranges of static schemes; null for none
   * @param machine what plans may use
   */
  PlanSummary plan(String model, @Nullable Path config, String recipe, boolean simulate,
      @Nullable Path calibration, KernelReport machine);

  /** As above, with the kernels that the machine has and nothing calibrated. */
  default PlanSummary plan(String model, @Nullable Path config, String recipe,
      KernelReport machine) {
    return plan(model, config, recipe, false, null, machine);
  }

  /**
   * Whether a recipe has static ranges, which must be calibrated before it can run.
   *
   * @param recipe id of a built-in recipe or path of a recipe file
   */
  boolean needsCalibration(String recipe);

  /**
   * The same where the recipe may be the one that the model was saved with, which brings its ranges.
   *
   * @param model as in {@link RunRequest}
   * @param config as in {@link RunRequest}
   */
  default boolean needsCalibration(String model, @Nullable Path config, String recipe) {
    return needsCalibration(recipe);
  }

  /** The text of a recipe, which may be the one that the model was saved with. */
  default String recipeJson(String model, @Nullable Path config, String recipe) {
    return recipeJson(recipe);
  }

  /** What a run uses if nobody names a recipe: the one that the model was saved with, else {@code fp32}. */
  default String usualRecipe(String model, @Nullable Path config) {
    return "fp32";
  }

  /**
   * What a format can hold of a recipe.
   *
   * @param machine what plans may use
   */
  Fit fit(SaveRequest request, KernelReport machine);

  /** Reads a calibration. */
  Calibration calibration(Path file);

  /**
   * Looks at the numbers of one module's weight.
   *
   * @param model as in {@link RunRequest}
   * @param module full name, e.g. {@code unet.conv_in}
   */
  ModuleWeights moduleWeights(String model, String module);

  /**
   * What a calibration saw at a module's input.
   *
   * @param recipe id of a built-in recipe or path of a recipe file
   * @param calibration its file
   * @param module full name
   * @return null if the recipe gives the module no static scheme, or its input was not observed
   */
  @Nullable
  ModuleRanges moduleRanges(String recipe, Path calibration, String module);

  /** The request with every null replaced by what a run would use; refuses what none could. */
  RunRequest check(RunRequest request);
}
