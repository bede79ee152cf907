package io.granular.engine.report;

import io.granular.engine.run.RunResult;
import org.jspecify.annotations.Nullable;

/** One side of a comparison, as it ended. */
public sealed interface SideReport {
  /** As shown; unique within a comparison. */
  String name();

  /** Id of a built-in recipe or path of a recipe file. */
  String recipe();

  /** Text of the recipe file. */
  String recipeJson();

  /**
   * The picture is there.
   *
   * @param result what was measured
   * @param difference from the first side; null for the first side itself and where the first side
   *     failed
   */
  record Finished(String name, String recipe, String recipeJson, RunResult result,
      @Nullable Difference difference) implements SideReport {}

  /** It went wrong; the texts are those of {@code RunOutcome.Failed}. */
  record Failed(String name, String recipe, String recipeJson, String message, String remedy,
      String log) implements SideReport {}
}
