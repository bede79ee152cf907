package io.granular.engine.studio.local;

import io.granular.engine.calibrate.CalibratedRanges;
import io.granular.engine.calibrate.Calibration;
import io.granular.engine.calibrate.CalibrationFile;
import io.granular.engine.calibrate.RangesCache;
import io.granular.engine.lower.Kernels;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.ActivationRanges;
import io.granular.engine.plan.BadRecipeException;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.ChosenRecipe;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.plan.Recipe;
import io.granular.engine.plan.RecipeWriter;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.run.RequestDefaults;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.save.Fit;
import io.granular.engine.save.SaveFits;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.save.SaveSubject;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.ModelInfo;
import io.granular.engine.studio.ModuleRanges;
import io.granular.engine.studio.ModuleWeights;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.RecipeInfo;
import io.granular.engine.studio.protocol.KernelReport;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Models and recipes as they are on disk. */
public final class ModelLibrary implements Library {
  private final BuiltInRecipes recipes = new BuiltInRecipes();
  private final RangesCache ranges = new RangesCache();

  @Override
  public ModelInfo info(String model, @Nullable Path config) {
    return opened(model, config,
        (source, graphs) -> ModelDescription.of(model, source, graphs,
            RequestDefaults.fill(bare(model, config), source, graphs)));
  }

  @Override
  public List<RecipeInfo> recipes() {
    return recipes.all()
        .stream()
        .map(r -> new RecipeInfo(r.id(), r.recipe().name(),
            r.recipe().description() == null ? "" : r.recipe().description(), r.json()))
        .toList();
  }

  @Override
  public String recipeJson(String recipe) {
    return explained(() -> RecipeWriter.write(recipes.open(recipe)));
  }

  @Override
  public PlanSummary plan(String model, @Nullable Path config, String recipe, boolean simulate,
      @Nullable Path calibration, KernelReport machine) {
    return opened(model, config, (source, graphs) -> {
      ActivationRanges known = ranges.of(calibration);
      ChosenRecipe chosen = ChosenRecipe.of(recipe, recipes, source, graphs, known);
      Plan plan = new Planner(new Kernels(machine.capabilities(), simulate))
          .plan(chosen.recipe(), graphs, source, chosen.ranges());
      RunRequest usual = RequestDefaults.fill(bare(model, config), source, graphs);
      return PlanDescription.of(model, plan, source, graphs, usual, machine.baselineRss(),
          known instanceof CalibratedRanges calibrated ? calibrated.provenance() : null);
    });
  }

  @Override
  public boolean needsCalibration(String recipe) {
    return explained(() -> needsRanges(recipes.open(recipe)));
  }

  private static boolean needsRanges(Recipe recipe) {
    return recipe.rules()
        .stream()
        .anyMatch(rule -> RangeSurvey.staticScheme(rule.scheme()) != null);
  }

  @Override
  public boolean needsCalibration(String model, @Nullable Path config, String recipe) {
    if (!recipe.equals(ChosenRecipe.STORED) && !needsCalibration(recipe)) {
      return false;
    }
    return opened(model, config, (source, graphs) -> {
      ChosenRecipe chosen =
          ChosenRecipe.of(recipe, recipes, source, graphs, ActivationRanges.NONE);
      return needsRanges(chosen.recipe()) && !(chosen.stored() && source.saved().isPresent());
    });
  }

  @Override
  public String recipeJson(String model, @Nullable Path config, String recipe) {
    return recipe.equals(ChosenRecipe.STORED)
        ? opened(model, config,
            (source, graphs) -> RecipeWriter.write(ChosenRecipe
                .of(recipe, recipes, source, graphs, ActivationRanges.NONE)
                .recipe()))
        : recipeJson(recipe);
  }

  @Override
  public String usualRecipe(String model, @Nullable Path config) {
    return opened(model, config,
        (source, graphs) -> ChosenRecipe.storedIn(source, graphs).isPresent()
            ? ChosenRecipe.STORED
            : Library.super.usualRecipe(model, config));
  }

  @Override
  public Fit fit(SaveRequest request, KernelReport machine) {
    return opened(request.model(), request.config(), (source, graphs) -> {
      ChosenRecipe chosen = ChosenRecipe.of(request.recipe(), recipes, source, graphs,
          ranges.of(request.calibration()));
      Plan plan = new Planner(new Kernels(machine.capabilities())).plan(chosen.recipe(), graphs,
          source, chosen.ranges());
      return SaveFits.of(request.format(),
          new SaveSubject(source, graphs, plan, request.options()));
    });
  }

  @Override
  public Calibration calibration(Path file) {
    return explained(() -> CalibrationFile.read(file));
  }

  @Override
  public @Nullable ModuleRanges moduleRanges(String recipe, Path calibration, String module) {
    return explained(() -> {
      ActivationScheme scheme = RangeSurvey.staticScheme(recipes.open(recipe), module);
      return scheme != null && ranges.of(calibration) instanceof CalibratedRanges calibrated
          ? RangeSurvey.of(calibrated, module, scheme)
          : null;
    });
  }

  @Override
  public ModuleWeights moduleWeights(String model, String module) {
    return opened(model, null, (source, graphs) -> WeightSurvey.of(source, graphs, module));
  }

  @Override
  public RunRequest check(RunRequest request) {
    if (!request.recipe().equals(ChosenRecipe.STORED)) {
      explained(() -> recipes.open(request.recipe()));
    }
    return opened(request.model(), request.config(), (source, graphs) -> {
      ChosenRecipe.of(request.recipe(), recipes, source, graphs, ActivationRanges.NONE);
      return RequestDefaults.fill(request, source, graphs);
    });
  }

  private static <T> T opened(String model, @Nullable Path config,
      BiFunction<ModelSource, PipelineGraphs, T> look) {
    return explained(() -> {
      try (ModelSource source = ModelSources.open(model, config)) {
        return look.apply(source, PipelineGraphs.of(source));
      }
    });
  }

  /** Turns what the packages below throw, with complete messages, into the facade's exception. */
  private static <T> T explained(Supplier<T> work) {
    try {
      return work.get();
    } catch (BadModelException | BadRecipeException | IllegalArgumentException
        | NoSuchElementException | UncheckedIOException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Nothing but the model's own settings. */
  private static RunRequest bare(String model, @Nullable Path config) {
    return new RunRequest(model, config, "fp32", "", "", 0, null, null, null, null,
        SamplerChoice.MODEL_DEFAULT, 0, null, null, false, Path.of(""));
  }
}
