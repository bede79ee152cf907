package io.granular.app.edit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.app.session.Plans;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import io.granular.engine.studio.RecipeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens recipes for editing; slow, so off the JavaFX thread. */
final class DraftLoader {
  private final Engine engine;
  private final Plans plans;
  private final EditedRecipes edited;

  DraftLoader(Engine engine, Plans plans, EditedRecipes edited) {
    this.engine = engine;
    this.plans = plans;
    this.edited = edited;
  }

  /**
   * Opens a recipe: an edited one with its overrides, any other as it is.
   *
   * @param calibration as for the side's plan, so that it is planned only once
   * @throws IOException if a file cannot be read
   * @throws io.granular.engine.studio.EngineException if it does not fit the model
   */
  Draft load(String model, String recipe, @Nullable Path calibration) throws IOException {
    Optional<EditedRecipes.Origin> origin = edited.origin(recipe);
    String base = origin.map(EditedRecipes.Origin::base).orElse(recipe);
    RecipeText text = text(base);
    Draft draft = Draft.of(base, text, plans.plan(model, base, calibration));
    return origin.isEmpty()
        ? draft
        : draft.withOverrides(overrides(draft, text(recipe), origin.get().overrides(),
            plans.plan(model, recipe, calibration)));
  }

  private static Map<String, ObjectNode> overrides(Draft draft, RecipeText text, int rules,
      PlanSummary plan) {
    Map<String, ObjectNode> overrides = new HashMap<>();
    for (ModulePlan module : plan.modules()) {
      boolean overridden = module.rule() >= 0 && module.rule() < rules;
      if (overridden && draft.editable(module.module())) {
        overrides.put(module.module(), text.scheme(module.rule()));
      }
    }
    return overrides;
  }

  private RecipeText text(String recipe) throws IOException {
    for (RecipeInfo known : engine.recipes()) {
      if (known.id().equals(recipe)) {
        return RecipeText.parse(known.json());
      }
    }
    return RecipeText.parse(Files.readString(Path.of(recipe)));
  }
}
