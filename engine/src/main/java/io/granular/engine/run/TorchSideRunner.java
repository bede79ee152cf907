package io.granular.engine.run;

import io.granular.engine.calibrate.RangesCache;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.ChosenRecipe;
import io.granular.engine.plan.PeakEstimate;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.plan.RunShape;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.ModelIdentity;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.torch.ProcessMemory;
import io.granular.engine.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Generates with libtorch in this process. */
public final class TorchSideRunner implements SideRunner {
  private final Torch torch;
  private final Lowering lowering;
  private final Capabilities machine;
  private final TreatmentCache treatments;
  private final BuiltInRecipes recipes = new BuiltInRecipes();
  private final RangesCache ranges = new RangesCache();
  private final ProcessMemory memory = new ProcessMemory();
  private final PipelineCache cache = new PipelineCache(memory);

  /** Without a cache of treated weights. */
  public TorchSideRunner(Torch torch, PackTools tools, Capabilities machine) {
    this(torch, tools, machine, TreatmentCache.NONE);
  }

  /** @param treatments what earlier runs kept */
  public TorchSideRunner(Torch torch, PackTools tools, Capabilities machine,
      TreatmentCache treatments) {
    this.treatments = treatments;
    this.torch = torch;
    this.lowering = new Lowering(torch, tools);
    this.machine = machine;
  }

  @Override
  public RunResult run(RunRequest request, RunListener listener, BooleanSupplier cancelled) {
    Progress progress = new Progress(listener, cancelled);
    progress.stage(Stage.LOADING);
    torch.threads(request.threads());
    cache.begin();
    try (ModelSource model = ModelSources.open(request.model(), request.config())) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      RunSettings settings = RunSettings.of(request, model, graphs);
      Planner planner = new Planner(new Kernels(machine, request.simulate()));
      ChosenRecipe chosen = ChosenRecipe.of(request.recipe(), recipes, model, graphs,
          ranges.of(request.calibration()));
      Plan plan = planner.plan(chosen.recipe(), graphs, model, chosen.ranges());
      Ranges.require(plan.textToImage(), request.calibration());
      RunShape shape =
          new RunShape(settings.width(), settings.height(), settings.guidance().enabled(),
              model.tokenizer("text_encoder").maxLength());
      long estimate = PeakEstimate.of(plan, graphs, shape, cache.baseline()).total();
      int factor = graphs.vae().factor();
      int h = settings.height() / factor;
      int w = settings.width() / factor;
      int batch = settings.guidance().enabled() ? 2 : 1;
      PipelineCache.Key key =
          new PipelineCache.Key(ModelIdentity.of(model), plan, batch, h, w);
      LoadedPipeline pipeline =
          cache.get(key, () -> new LoadedPipeline(lowering, graphs, plan, batch, h, w));
      StageNetworks networks = new StageNetworks(pipeline, cache, model,
          () -> InputStatistics.of(torch, lowering, planner, model, graphs, plan, progress,
              treatments));
      return new Generation(torch, networks, progress, memory, request, settings,
          graphs.vae().latent(), h, w)
          .run(new Generation.Loading(progress.elapsed(), pipeline.hasUnet(), estimate),
              notes(model, settings, pipeline.plan()));
    }
  }

  private static List<String> notes(ModelSource model, RunSettings settings, Plan plan) {
    List<String> notes = new ArrayList<>(model.notes());
    notes.addAll(settings.sampler().notes());
    notes.addAll(plan.notes());
    InputStatistics.note(plan).ifPresent(notes::add);
    plan.modules()
        .stream()
        .map(m -> m.note())
        .filter(n -> !n.isEmpty())
        .distinct()
        .forEach(notes::add);
    return notes;
  }

  @Override
  public void close() {
    cache.close();
  }
}
