package io.granular.engine.train;

import io.granular.engine.calibrate.Prompts;
import io.granular.engine.lower.AdamW;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.lower.StudentNetwork;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.plan.Recipe;
import io.granular.engine.plan.RecipeWriter;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.PromptDefaults;
import io.granular.engine.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/** Trains with libtorch in this process. */
public final class TorchTrainer implements Trainer {
  private static final String UNET = "unet";

  private final Torch torch;
  private final Lowering lowering;
  private final Planner planner;
  private final BuiltInRecipes recipes = new BuiltInRecipes();

  public TorchTrainer(Torch torch, PackTools tools, Capabilities machine) {
    this.torch = torch;
    this.lowering = new Lowering(torch, tools);
    this.planner = new Planner(new Kernels(machine));
  }

  @Override
  public TrainingResult train(Job job, RunListener listener, Control control) {
    TrainingRequest request = job.request();
    Learning learning = request.learning();
    Schedule schedule = new Schedule(request.length(), learning.rate());
    TrainingClock clock = new TrainingClock(listener, control, schedule);
    clock.stage(Stage.LOADING);
    torch.threads(request.threads());
    try (ModelSource model = ModelSources.open(request.model(), null)) {
      TrainedModel.check(model, request.to());
      PipelineGraphs graphs = PipelineGraphs.of(model);
      Recipe recipe = recipes.open(request.recipe());
      TrainedLayers layers = TrainedLayers.of(planner.plan(recipe, graphs, model),
          request.trained());
      Rollouts rollouts = new Rollouts(torch, model, graphs, request.run());
      Plan exact = planner.plan(recipes.open("fp32"), graphs, model);
      clock.check();
      clock.stage(Stage.TEXT);
      List<Conditioning> texts = texts(request, model, graphs, exact, rollouts, clock);
      clock.stage(Stage.LOADING);
      try (LoweredNetwork teacher = load(UNET, model, graphs, exact, rollouts);
          StudentNetwork student = student(model, graphs, layers, rollouts, learning.batch());
          BestWeights kept = new BestWeights(torch)) {
        TrainingLoop loop = new TrainingLoop(torch, student,
            new Curriculum(new Trajectories(rollouts, teacher), texts, request.seed()),
            new Lessons(rollouts, graphs.vae().latent(), learning.minSnr()), schedule,
            learning.batch(), clock, kept);
        boolean stopped = loop.run();
        if (loop.bestStep() == 0) {
          throw new IllegalArgumentException("Training for " + loop.steps()
              + " steps did not lower the held-out loss, so nothing was written. Train longer, or "
              + "with another learning rate than " + learning.rate() + ".");
        }
        TrainingResult result = result(request, layers, student, loop, stopped, clock);
        clock.stage(Stage.WRITING);
        TrainedModel.write(model, request.to(), kept.weights(), RecipeWriter.write(recipe),
            provenance(request, rollouts, layers, result));
        return result;
      }
    }
  }

  private List<Conditioning> texts(TrainingRequest request, ModelSource model,
      PipelineGraphs graphs, Plan exact, Rollouts rollouts, TrainingClock clock) {
    Path file = distillation(request).prompts();
    List<String> prompts = file != null ? Prompts.read(file)
        : Prompts.builtIn(model.promptDefaults().map(PromptDefaults::prompts).orElse(List.of()));
    SequencedMap<String, LoweredNetwork> encoders = new LinkedHashMap<>();
    try {
      for (String name : graphs.networks().keySet()) {
        if (name.startsWith("text_encoder")) {
          encoders.put(name, load(name, model, graphs, exact, rollouts));
        }
      }
      List<Conditioning> texts = new ArrayList<>();
      for (String prompt : prompts) {
        clock.check();
        texts.add(rollouts.encode(encoders, prompt));
      }
      return texts;
    } finally {
      encoders.values().forEach(LoweredNetwork::close);
    }
  }

  private static Objective.Distillation distillation(TrainingRequest request) {
    return switch (request.objective()) {
      case Objective.Distillation distillation -> distillation;
      case Objective.NoisePrediction _ -> throw new IllegalArgumentException(
          "Training on a folder of pictures is not possible.");
    };
  }

  private LoweredNetwork load(String name, ModelSource model, PipelineGraphs graphs, Plan exact,
      Rollouts rollouts) {
    return lowering.load(graph(name, graphs),
        model.component(PipelineGraphs.component(name)).tensors(), exact.kernels(name),
        exact.attention(name), exact.tables(name), rollouts.sizes(name), true);
  }

  private StudentNetwork student(ModelSource model, PipelineGraphs graphs, TrainedLayers layers,
      Rollouts rollouts, int batch) {
    Map<String, Long> sizes = new LinkedHashMap<>(rollouts.sizes(UNET));
    sizes.merge("batch", (long) batch, (each, times) -> each * times);
    return new StudentNetwork(torch, graph(UNET, graphs), model.component(UNET).tensors(),
        layers.quantized(), layers.parameters(), AdamW.USUAL, sizes);
  }

  private static Graph graph(String name, PipelineGraphs graphs) {
    return Objects.requireNonNull(graphs.networks().get(name));
  }

  private static TrainingResult result(TrainingRequest request, TrainedLayers layers,
      StudentNetwork student, TrainingLoop loop, boolean stopped, TrainingClock clock) {
    long parameters = layers.parameters()
        .stream()
        .mapToLong(name -> Objects.requireNonNull(student.parameters().get(name)).elements())
        .sum();
    Path folder = request.to().toAbsolutePath();
    return new TrainingResult(folder, folder.resolve(TrainedModel.RECIPE),
        layers.modules().size(), parameters, loop.steps(), clock.trained(), loop.before(),
        loop.best(), loop.bestStep(), stopped, loop.curve(), List.of());
  }

  private static Map<String, Object> provenance(TrainingRequest request, Rollouts rollouts,
      TrainedLayers layers, TrainingResult result) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("made_by", "granular train");
    facts.put("model", request.model());
    facts.put("recipe", request.recipe());
    facts.put("method", "distillation from the full-precision model along its own trajectories");
    facts.put("seed", request.seed());
    facts.put("learning_rate", request.learning().rate());
    facts.put("batch", request.learning().batch());
    facts.put("min_snr_gamma", request.learning().minSnr());
    facts.put("prompts",
        distillation(request).prompts() == null ? "built-in"
            : String.valueOf(distillation(request).prompts()));
    facts.put("sampler", rollouts.filled().sampler().name());
    facts.put("sampler_steps", rollouts.filled().steps());
    facts.put("guidance", rollouts.filled().guidance());
    facts.put("width", rollouts.filled().width());
    facts.put("height", rollouts.filled().height());
    facts.put("steps", result.steps());
    facts.put("seconds", result.seconds());
    facts.put("stopped", result.stopped());
    facts.put("held_out_loss_before", result.before());
    facts.put("held_out_loss", result.best());
    facts.put("kept_step", result.bestStep());
    facts.put("modules", layers.modules());
    return facts;
  }
}
