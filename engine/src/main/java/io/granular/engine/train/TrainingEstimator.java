package io.granular.engine.train;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.Planner;
import io.granular.engine.run.RequestDefaults;
import io.granular.engine.run.RunRequest;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
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
      long parameters = layers.count(unet);
      Map<String, Long> sizes = sizes(request, run, model, graphs);
      double operations = Work.operations(unet, sizes) * request.learning().accumulation();
      double perStep = operations * (FORWARD_AND_BACKWARD + teaching(request))
          / (SPEED * request.threads());
      Integer steps = request.length().steps();
      Double minutes = request.length().minutes();
      double seconds = steps != null ? steps * perStep
          : 60 * Objects.requireNonNull(minutes);
      long whole = unet.parameterCount() * FLOAT;
      long held = 2 * whole + (request.economy().average() ? 4 : 3) * parameters * FLOAT;
      long peak = baseline + held + activations(unet, sizes);
      List<String> notes = new ArrayList<>();
      return new TrainingEstimate(layers.modules().size(), parameters, peak, available, perStep,
          "operations of the network's shapes, at 60 billion per second and thread",
          steps != null ? steps : (int) Math.max(1, seconds / perStep), seconds,
          (request.economy().average() ? 5 : 4) * parameters * FLOAT, notes);
    }
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

  private static long activations(Graph graph, Map<String, Long> sizes) {
    long all = 0;
    for (Node node : graph.nodes()) {
      all += Work.elements(node.output(), sizes) * FLOAT;
    }
    return all;
  }
}
