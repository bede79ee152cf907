package io.granular.engine.studio.local;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.AnalysisResult;
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
import io.granular.engine.store.AtomicFile;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.studio.BudgetAnswer;
import io.granular.engine.studio.BudgetOutcome;
import io.granular.engine.studio.BudgetRequest;
import io.granular.engine.studio.BudgetSolver;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.Sensitivities;
import io.granular.engine.studio.Sensitivities.Candidate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Has the candidates of budgets of one model measured, and solves such budgets. */
final class Budgets {
  private final CandidateRecipes recipes = new CandidateRecipes(new BuiltInRecipes());
  private final String model;
  private final @Nullable Path config;
  private final Capabilities machine;
  private final ActivationRanges ranges;

  /**
   * @param model as in a run's request
   * @param config as in a run's request
   * @param calibration ranges of static schemes; null for none
   */
  Budgets(String model, @Nullable Path config, @Nullable Path calibration, Capabilities machine) {
    this.model = model;
    this.config = config;
    this.machine = machine;
    ranges = explained(() -> calibration == null ? ActivationRanges.NONE
        : new CalibratedRanges(CalibrationFile.read(calibration)));
  }

  /** Measures one candidate. */
  @FunctionalInterface
  interface Measuring {
    AnalysisResult measure(AnalysisRequest request)
        throws QueuedTask.Ended, WorkerException;
  }

  /**
   * Measures candidates, one after the other.
   *
   * @param scratch for the candidates' recipes
   */
  BudgetOutcome.Finished measured(QueuedBudget task, BudgetRequest request, Path scratch,
      Measuring measuring) throws QueuedTask.Ended, WorkerException {
    List<String> names =
        request.candidates().isEmpty() ? CandidateRecipes.USUAL : request.candidates();
    List<String> texts = explained(
        () -> names.stream().map(name -> RecipeWriter.write(recipes.open(name))).toList());
    List<String> modules = undecided(texts);
    if (modules.isEmpty()) {
      throw new EngineException("The candidates " + String.join(", ", names)
          + " do not differ in any layer of the text encoders or the U-Net.");
    }
    List<AnalysisResult> analyses = new ArrayList<>();
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      task.part(i, names.size());
      Path recipe = write(scratch.resolve("candidate-" + i + ".json"), texts.get(i));
      AnalysisResult result = measuring.measure(request.of(recipe.toString(), modules));
      analyses.add(result);
      candidates.add(Candidate.of(names.get(i), result));
    }
    AnalysisResult first = analyses.getFirst();
    return new BudgetOutcome.Finished(new Sensitivities(model, config,
        request.on().calibration(), first.error(), first.signal(), candidates),
        List.copyOf(analyses));
  }

  /** Modules about which candidates differ, the ones to be measured. */
  private List<String> undecided(List<String> texts) {
    return planned(planner -> Budget.undecided(
        texts.stream()
            .map(text -> planner.apply(RecipeReader.parse(text, "candidate")))
            .toList()));
  }

  /** Solves with what was measured. */
  BudgetSolver solver(List<Candidate> measured) {
    Map<String, List<String>> units = new LinkedHashMap<>();
    for (Candidate one : measured) {
      one.units().forEach((unit, modules) -> {
        List<String> known = units.putIfAbsent(unit, modules);
        if (known != null && !known.equals(modules)) {
          throw new EngineException("The analyses do not agree on the modules of " + unit
              + ". Measure all candidates in one go, or with the same --module options.");
        }
      });
    }
    Budget budget = planned(planner -> new Budget(measured.stream()
        .map(one -> new Budget.Candidate(one.name(),
            planner.apply(RecipeReader.parse(one.recipe(), one.name())), one.rest(),
            one.whole(), one.errors()))
        .toList(),
        units.entrySet()
            .stream()
            .map(unit -> new Budget.Unit(unit.getKey(), unit.getValue()))
            .toList(),
        recipe -> planned(again -> again.apply(recipe))));
    return new BudgetSolver() {
      @Override
      public BudgetAnswer within(long bytes) {
        return explained(() -> answer(budget.within(bytes)));
      }

      @Override
      public BudgetAnswer atMost(double error) {
        return explained(() -> answer(budget.atMost(error)));
      }
    };
  }

  private static BudgetAnswer answer(Budget.Answer solved) {
    return new BudgetAnswer(RecipeWriter.write(solved.recipe()), solved.bytes(), solved.error(),
        solved.exact(), solved.picks()
            .stream()
            .map(pick -> new BudgetAnswer.Pick(pick.unit(), pick.candidate(), pick.bytes(),
                pick.error()))
            .toList());
  }

  private <T> T planned(Function<Function<Recipe, Plan>, T> work) {
    return explained(() -> {
      try (ModelSource source = ModelSources.open(model, config)) {
        PipelineGraphs graphs = PipelineGraphs.of(source);
        Planner planner = new Planner(new Kernels(machine));
        return work.apply(recipe -> planner.plan(recipe, graphs, source, ranges));
      }
    });
  }

  private static Path write(Path file, String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      AtomicFile.write(file, channel -> {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      });
      return file;
    } catch (IOException e) {
      throw new EngineException(file + " cannot be written: " + e + ".", e);
    }
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
