package io.granular.engine.studio.local;

import io.granular.engine.calibrate.CalibratedRanges;
import io.granular.engine.calibrate.CalibrationFile;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.ActivationRanges;
import io.granular.engine.plan.BadRecipeException;
import io.granular.engine.plan.Budget;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.CandidateRecipes;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.plan.Recipe;
import io.granular.engine.plan.RecipeReader;
import io.granular.engine.plan.RecipeWriter;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.studio.EngineException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Solves budgets of a model; reads files, runs nothing. Fast enough to follow a slider. */
public final class Budgets {
  private final CandidateRecipes recipes = new CandidateRecipes(new BuiltInRecipes());
  private final String model;
  private final @Nullable Path config;
  private final @Nullable Path calibration;
  private final Capabilities machine;

  /**
   * A candidate with what was measured of it.
   *
   * @param name shown to people
   * @param recipe text of its file
   * @param units modules of each unit, by its name
   * @param rest error measured with this recipe everywhere but in the units
   * @param errors measured with this recipe in one unit alone, by unit
   */
  public record Measured(String name, String recipe, Map<String, List<String>> units, double rest,
      Map<String, Double> errors) {}

  /**
   * @param model as in a run's request
   * @param config as in a run's request
   * @param calibration ranges of static schemes; null for none
   */
  Budgets(String model, @Nullable Path config, @Nullable Path calibration, Capabilities machine) {
    this.model = model;
    this.config = config;
    this.calibration = calibration;
    this.machine = machine;
  }

  /**
   * Text of a candidate's recipe.
   *
   * @param name built-in recipe, file, or e.g. {@code w4-g32}
   */
  public String recipeJson(String name) {
    return explained(() -> RecipeWriter.write(recipes.open(name)));
  }

  /** Modules about which candidates differ, the ones to be measured. */
  public List<String> undecided(List<String> recipeJsons) {
    return planned(planner -> Budget.undecided(recipeJsons.stream()
        .map(json -> planner.apply(RecipeReader.parse(json, "candidate")))
        .toList()));
  }

  /** The least error within so many bytes. */
  public Budget.Answer within(List<Measured> candidates, long bytes) {
    return planned(planner -> budget(candidates, planner).within(bytes));
  }

  /** The fewest bytes with an estimated error of no more than this. */
  public Budget.Answer atMost(List<Measured> candidates, double error) {
    return planned(planner -> budget(candidates, planner).atMost(error));
  }

  private static Budget budget(List<Measured> measured, Function<Recipe, Plan> planner) {
    Map<String, List<String>> units = new LinkedHashMap<>();
    List<Budget.Candidate> candidates = new ArrayList<>();
    for (Measured one : measured) {
      one.units.forEach((unit, modules) -> {
        List<String> known = units.putIfAbsent(unit, modules);
        if (known != null && !known.equals(modules)) {
          throw new IllegalArgumentException("The analyses do not agree on the modules of " + unit
              + ". Measure all candidates in one go, or with the same --module options.");
        }
      });
      candidates.add(new Budget.Candidate(one.name,
          planner.apply(RecipeReader.parse(one.recipe, one.name)), one.rest, one.errors));
    }
    return new Budget(candidates,
        units.entrySet()
            .stream()
            .map(unit -> new Budget.Unit(unit.getKey(), unit.getValue()))
            .toList(),
        planner);
  }

  private <T> T planned(Function<Function<Recipe, Plan>, T> work) {
    return explained(() -> {
      try (ModelSource source = ModelSources.open(model, config)) {
        PipelineGraphs graphs = PipelineGraphs.of(source);
        ActivationRanges ranges = calibration == null ? ActivationRanges.NONE
            : new CalibratedRanges(CalibrationFile.read(calibration));
        Planner planner = new Planner(new Kernels(machine));
        return work.apply(recipe -> planner.plan(recipe, graphs, source, ranges));
      }
    });
  }

  private static <T> T explained(Supplier<T> work) {
    try {
      return work.get();
    } catch (BadModelException | BadRecipeException | IllegalArgumentException
        | NoSuchElementException | UncheckedIOException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }
}
