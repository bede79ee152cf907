package io.granular.engine.train;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.StudentPlan;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.Planner;
import io.granular.engine.run.RequestDefaults;
import io.granular.engine.run.RunRequest;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.TensorSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Estimates trainings from shapes alone. */
public final class TrainingEstimator {
  /** Operations per second and thread in training, measured: two threads of an AMD EPYC 9005 with AVX-512. */
  private static final double SPEED = 60e9;
  /** A backward pass computes about twice what the forward does. */
  private static final int FORWARD_AND_BACKWARD = 3;
  /** Seconds that loading, the first trajectories and examinations take, apart from steps. */
  private static final double FIXED = 10;
  private static final String BASIS =
      "the operations of the network's shapes, at 60 billion per second and thread";
  private static final long FLOAT = 4;

  private final Planner planner;
  private final long baseline;
  private final BuiltInRecipes recipes = new BuiltInRecipes();

  /**
   * @param machine what plans may use
   * @param baseline bytes of a started worker
   */
  public TrainingEstimator(Capabilities machine, long baseline) {
    this.planner = new Planner(new Kernels(machine));
    this.baseline = baseline;
  }

  /**
   * Estimates one.
   *
   * @param request with the number of threads that will be used
   * @param available bytes of memory that are free
   * @throws IllegalArgumentException if it could not be done; says why
   */
  public TrainingEstimate estimate(TrainingRequest request, long available) {
    try (ModelSource model = ModelSources.open(request.model(), null)) {
      TrainedModel.check(model, request.to());
      PipelineGraphs graphs = PipelineGraphs.of(model);
      TrainedLayers layers = TrainedLayers.of(
          planner.plan(recipes.open(request.recipe()), graphs, model), request.trained());
      RunRequest run = RequestDefaults.fill(request.run(), model, graphs);
      Graph unet = Objects.requireNonNull(graphs.networks().get("unet"));
      StudentPlan plan = layers.plan(request);
      long trained = plan.trainedNumbers(unet);
      Map<String, Long> sizes = sizes(request, run, model, graphs);
      double perStep = perStep(request, unet, sizes);
      Integer asked = request.length().steps();
      double seconds = asked != null ? asked * perStep + FIXED
          : 60 * Objects.requireNonNull(request.length().minutes()) + FIXED;
      int steps =
          asked != null ? asked : (int) Math.max(1, Math.round((seconds - FIXED) / perStep));
      long peak = new TrainingMemory(unet, plan, sizes).peak(baseline, trained,
          request.objective() instanceof Objective.Distillation, stored(model));
      long checkpoint = trained * FLOAT * (request.economy().average() ? 4 : 3);
      long best = layers.count(unet) * FLOAT;
      // A checkpoint is written beside the one before, and so are the best weights.
      long disk = request.checkpointMinutes() > 0 ? 2 * (checkpoint + best) : best;
      return new TrainingEstimate(layers.modules().size(), trained, peak, available, perStep,
          BASIS, steps, seconds, disk, notes(request, peak, available));
    }
  }

  private static long stored(ModelSource model) {
    TensorSource tensors = model.component("unet").tensors();
    return tensors.names().stream().mapToLong(name -> tensors.info(name).bytes()).sum();
  }

  private static double perStep(TrainingRequest request, Graph unet, Map<String, Long> sizes) {
    double passes = FORWARD_AND_BACKWARD + (request.economy().recompute() ? 1 : 0)
        + teaching(request);
    return Work.operations(unet, sizes) * request.learning().accumulation() * passes
        / (SPEED * request.threads());
  }

  /** What to do about memory that will not do. */
  private static List<String> notes(TrainingRequest request, long peak, long available) {
    List<String> notes = new ArrayList<>();
    if (peak > available) {
      List<String> remedies = new ArrayList<>();
      if (!request.economy().recompute()) {
        remedies.add("recompute values inside blocks (--recompute)");
      }
      if (request.trained().what() instanceof Trained.What.Weights) {
        remedies.add("train low-rank corrections (--low-rank 8) or only step sizes "
            + "(--only-scales), or fewer modules (--modules)");
      }
      if (request.learning().batch() > 1) {
        remedies.add("take smaller batches and accumulate them (--batch 1 --accumulate "
            + request.learning().batch() + ")");
      }
      if (request.economy().average()) {
        remedies.add("hold no average (--no-average)");
      }
      notes.add("Memory will not do: about %.1f GB are needed and %.1f GB are free."
          .formatted(peak / 1e9, available / 1e9)
          + (remedies.isEmpty() ? "" : " What helps: " + String.join("; ", remedies) + "."));
    }
    return notes;
  }

  /** The teacher makes as many evaluations as the student learns from. */
  private static int teaching(TrainingRequest request) {
    return switch (request.objective()) {
      case Objective.Distillation _ -> 1;
      case Objective.NoisePrediction _ -> 0;
    };
  }

  private static Map<String, Long> sizes(TrainingRequest request, RunRequest run,
      ModelSource model, PipelineGraphs graphs) {
    int factor = graphs.vae().factor();
    Double guidance = run.guidance();
    boolean guided = request.objective() instanceof Objective.Distillation && guidance != null
        && guidance > 1;
    Map<String, Long> sizes = new HashMap<>();
    sizes.put("batch", request.learning().batch() * (guided ? 2L : 1L));
    sizes.put("height", (long) Objects.requireNonNull(run.height()) / factor);
    sizes.put("width", (long) Objects.requireNonNull(run.width()) / factor);
    sizes.put("tokens", (long) model.tokenizer("text_encoder").maxLength());
    return sizes;
  }
}
