package io.granular.engine.studio.local;

import io.granular.engine.studio.EngineInfo;
import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.RecipeInfo;
import java.util.List;

/** Looks at models and recipes; reads files, runs nothing. */
public interface Library {
  /** As {@link io.granular.engine.studio.Engine#info}. */
  ModelInfo info(String model);

  /** As {@link io.granular.engine.studio.Engine#recipes}. */
  List<RecipeInfo> recipes();

  /**
   * The text of a recipe.
   *
   * @param recipe id of a built-in recipe or path of a recipe file
   * @throws io.granular.engine.studio.EngineException if there is no such recipe
   */
  String recipeJson(String recipe);

  /**
   * As {@link io.granular.engine.studio.Engine#plan}.
   *
   * @param machine whose kernels are planned with
   */
  PlanSummary plan(String model, String recipe, EngineInfo machine);
}
