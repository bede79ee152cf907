package io.granular.engine.analyze;

import io.granular.engine.calibrate.Prompts;
import io.granular.engine.calibrate.RangesCache;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.ActivationRanges;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.ChosenRecipe;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.plan.Recipe;
import io.granular.engine.run.InputStatistics;
import io.granular.engine.run.Ranges;
import io.granular.engine.run.Rollouts;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.TreatmentCache;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.PromptDefaults;
import io.granular.engine.torch.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Analyses with libtorch in this process. */
public final class TorchAnalyzer implements Analyzer {
  private final Torch torch;
  private final Lowering lowering;
  private final Capabilities machine;
  private final TreatmentCache treatments;
  private final BuiltInRecipes recipes = new BuiltInRecipes();

  /** @param treatments what earlier runs kept */
  public TorchAnalyzer(Torch torch, PackTools tools, Capabilities machine,
      TreatmentCache treatments) {
    this.treatments = treatments;
    this.torch = torch;
    this.lowering = new Lowering(torch, tools);
    this.machine = machine;
  }

  @Override
  public AnalysisResult analyze(AnalysisRequest request, RunListener listener,
      BooleanSupplier cancelled) {
    Clock clock = new Clock(listener, cancelled);
    torch.threads(request.threads());
    try (ModelSource model = ModelSources.open(request.model(), request.config())) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      Rollouts rollouts = new Rollouts(torch, model, graphs, request.run());
      ChosenRecipe chosen = ChosenRecipe.of(request.recipe(), recipes, model, graphs,
          new RangesCache().of(request.calibration()));
      ActivationRanges ranges = chosen.ranges();
      Recipe recipe = chosen.recipe();
      Plan plan = plan(machine, recipe, graphs, model, ranges);
      Ranges.require(plan.textToImage(), request.calibration());
      Plan reference = plan(machine, recipes.open("fp32"), graphs, model, ranges);
      Planner planner = new Planner(new Kernels(machine));
      try (
          InputStatistics statistics = InputStatistics.of(torch, lowering, planner, model, graphs,
              plan, listener, cancelled, treatments);
          Laboratory laboratory = new Laboratory(lowering, model, graphs, reference, plan,
              rollouts, statistics)) {
        AnalysisSession analysis =
            new AnalysisSession(torch, laboratory, rollouts, request, plan, reference,
                prompts(request, model), clock);
        return analysis.run(model, List.of(
            new AnalysisSession.Alternative("fp32 by aten",
                plan(Capabilities.NONE, recipes.open("fp32"), graphs, model, ranges)),
            new AnalysisSession.Alternative(machine.bf16() ? "bf16" : "bf16, stored only",
                plan(machine, recipes.open("bf16"), graphs, model, ranges))));
      }
    }
  }

  private static Plan plan(Capabilities machine, Recipe recipe, PipelineGraphs graphs,
      ModelSource model, ActivationRanges ranges) {
    return new Planner(new Kernels(machine)).plan(recipe, graphs, model, ranges).textToImage();
  }

  private static List<String> prompts(AnalysisRequest request, ModelSource model) {
    Path file = request.prompts();
    List<String> all = file != null ? Prompts.read(file)
        : Prompts
            .builtIn(model.promptDefaults().map(PromptDefaults::prompts).orElse(List.of()));
    if (request.promptCount() > all.size()) {
      throw new IllegalArgumentException("There are " + all.size() + " prompts, not "
          + request.promptCount() + ". Ask for fewer, or give a file with more.");
    }
    return all.subList(0, request.promptCount());
  }
}
