package io.granular.engine.plan;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Scheme;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.SavedModel;
import io.granular.engine.store.StoredWeight;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The recipe that a person means for a model, which may be the one that the model was saved with.
 *
 * @param recipe what it says
 * @param ranges of static schemes; a saved model brings those of its own recipe
 * @param stored whether it is the model's own, so that nothing has to be quantized again
 */
public record ChosenRecipe(Recipe recipe, ActivationRanges ranges, boolean stored) {
  /** Names the recipe that a model was saved with. */
  public static final String STORED = "stored";

  /**
   * Finds it.
   *
   * @param named id of a built-in recipe, path of a recipe file, or {@link #STORED}
   * @param calibrated ranges of a calibration that was asked for; they come before the model's own
   * @throws BadRecipeException if there is no such recipe
   */
  public static ChosenRecipe of(String named, BuiltInRecipes recipes, ModelSource model,
      PipelineGraphs graphs, ActivationRanges calibrated) {
    Optional<Recipe> own = storedIn(model, graphs);
    if (named.equals(STORED) && own.isEmpty()) {
      throw new BadRecipeException(STORED, model.path() + " was not saved with a recipe; name one"
          + " (built in: " + String.join(", ", BuiltInRecipes.ids()) + ")");
    }
    Recipe recipe = named.equals(STORED) ? own.orElseThrow() : recipes.open(named);
    boolean same = own.isPresent() && own.get().rules().equals(recipe.rules());
    ActivationRanges ranges = same && calibrated.equals(ActivationRanges.NONE)
        ? model.saved().map(ChosenRecipe::ranges).orElse(calibrated)
        : calibrated;
    return new ChosenRecipe(recipe, ranges, same);
  }

  private static ActivationRanges ranges(SavedModel saved) {
    return (module, _) -> saved.ranges().get(module);
  }

  /**
   * The recipe that a model was saved with, or that says what a file with quantized weights of another program holds; empty
   * for a model in floating point that says nothing.
   */
  public static Optional<Recipe> storedIn(ModelSource model, PipelineGraphs graphs) {
    Optional<String> text = model.saved().flatMap(SavedModel::recipe);
    if (text.isPresent()) {
      return Optional.of(RecipeReader.parse(text.get(), "the recipe of " + model.path()));
    }
    Map<String, Scheme> schemes = new LinkedHashMap<>();
    boolean quantized = false;
    for (Graph graph : graphs.networks().values()) {
      TensorSource weights = model.component(PipelineGraphs.component(graph.name())).tensors();
      for (var node : graph.modules().values()) {
        String name = PipelineGraphs.moduleName(graph.name(), node.module());
        Scheme scheme = scheme(weights, node.module() + "."
            + node.op().parameters().getFirst().name(), node.op());
        quantized |= weights.stored(node.module() + "."
            + node.op().parameters().getFirst().name()).isPresent();
        schemes.put(name, scheme);
      }
    }
    return quantized
        ? Optional.of(new Recipe("as stored in " + model.name(),
            "What the file holds, module by module.", RuleSet.of(schemes)))
        : Optional.empty();
  }

  /** What a file does to one weight; types without a kernel are computed in bf16. */
  private static Scheme scheme(TensorSource weights, String tensor, Op op) {
    Optional<StoredWeight> held = weights.stored(tensor);
    if (held.isEmpty()) {
      ScalarType type = weights.info(tensor).dtype();
      return new Scheme.Keep(
          type == ScalarType.F16 || type == ScalarType.BF16 ? type : ScalarType.F32);
    }
    return op instanceof Op.Matrix matrix && held.get().scheme() instanceof GgmlType type
        && GgmlType.writable().contains(type) && type.divides(matrix.columns())
            ? new Scheme.Blocks(type)
            : new Scheme.Keep(ScalarType.BF16);
  }
}
