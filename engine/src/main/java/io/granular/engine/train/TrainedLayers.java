package io.granular.engine.train;

import io.granular.engine.lower.StudentPlan;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.plan.Decision;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.plan.Pattern;
import io.granular.engine.plan.Plan;
import io.granular.engine.quant.ActivationScheme.Range;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Scheme.Method;
import io.granular.engine.quant.Treatments;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;

/**
 * What a plan means to training.
 *
 * @param quantized layers of the U-Net that compute with integers, by module within the network
 * @param modules those that are trained
 * @param parameters their parameters' names
 */
record TrainedLayers(Map<String, StudentPlan.Layer> quantized, SequencedSet<String> modules,
    SequencedSet<String> parameters) {
  private static final String UNET = "unet";

  /**
   * All modules that the recipe quantizes, or those with the method QAT if it has any.
   *
   * @param trained narrows them further
   * @throws IllegalArgumentException if a scheme cannot be trained or nothing is left
   */
  static TrainedLayers of(Plan plan, Trained trained) {
    List<String> patterns = trained.modules();
    List<Pattern> chosen = patterns.stream().map(Pattern::new).toList();
    boolean marked = plan.modules().stream().anyMatch(TrainedLayers::marked);
    Map<String, StudentPlan.Layer> quantized = new LinkedHashMap<>();
    SequencedSet<String> modules = new LinkedHashSet<>();
    SequencedSet<String> parameters = new LinkedHashSet<>();
    for (ModulePlan module : plan.modules()) {
      if (!module.network().equals(UNET)) {
        continue;
      }
      boolean wanted = trained.everything();
      if (module.decision() instanceof Decision.Quantized(var scheme)) {
        quantized.put(module.module(), layer(module.name(), scheme));
        wanted |= !marked || marked(module);
      }
      if (wanted && (chosen.isEmpty()
          || chosen.stream().anyMatch(pattern -> pattern.matches(module.name())))) {
        modules.add(module.module());
        module.op()
            .parameters()
            .forEach(p -> parameters.add(module.module() + "." + p.name()));
      }
    }
    if (quantized.isEmpty() || modules.isEmpty()) {
      throw new IllegalArgumentException(quantized.isEmpty()
          ? "The recipe quantizes nothing in the U-Net, so there is nothing to train."
          : "No module that the recipe quantizes matches " + String.join(", ", patterns) + ".");
    }
    return new TrainedLayers(quantized, modules, parameters);
  }

  /** What it means to the student. */
  StudentPlan plan(TrainingRequest request) {
    Learning learning = request.learning();
    double features = switch (request.objective()) {
      case Objective.Distillation distillation -> distillation.featureWeight();
      case Objective.NoisePrediction _ -> 0;
    };
    SequencedSet<String> none = new LinkedHashSet<>();
    boolean recompute = request.economy().recompute();
    boolean average = request.economy().average();
    boolean accumulate = learning.accumulation() > 1;
    double speed = learning.scalesRate() / learning.rate();
    return switch (request.trained().what()) {
      case Trained.What.Weights(var scales) -> new StudentPlan(quantized, parameters,
          scales ? quantizedOnly() : Set.of(), speed, Set.of(), 0, recompute, average, accumulate,
          features);
      case Trained.What.Scales() -> new StudentPlan(quantized, none, modules, speed, Set.of(), 0,
          recompute, average, accumulate, features);
      case Trained.What.LowRank(var rank) -> new StudentPlan(quantized, none, Set.of(), speed,
          modules, rank, recompute, average, accumulate, features);
    };
  }

  private Set<String> quantizedOnly() {
    Set<String> both = new LinkedHashSet<>(modules);
    both.retainAll(quantized.keySet());
    return both;
  }

  /** Numbers that are trained. */
  long count(Graph unet) {
    long count = 0;
    for (String module : modules) {
      for (Parameter parameter : Objects.requireNonNull(unet.modules().get(module))
          .op()
          .parameters()) {
        count += parameter.elements();
      }
    }
    return count;
  }

  private static boolean marked(ModulePlan module) {
    return module.network().equals(UNET) && module.op() instanceof Op.Matrix
        && module.decision() instanceof Decision.Quantized(var scheme)
        && scheme.method() == Method.QAT;
  }

  private static StudentPlan.Layer layer(String name, Scheme.Quantized scheme) {
    return switch (scheme) {
      case Scheme.Blocks(var type) -> throw new IllegalArgumentException(
          name + " becomes " + type.word() + " blocks, and training knows integers only. "
              + "Give it bits and a granularity.");
      case Scheme.Integers(_, var activations, _, _) when activations != null
          && activations.range() == Range.STATIC ->
        throw new IllegalArgumentException(
            name + " has a static range, which training would outdate. Take a dynamic one.");
      case Scheme.Integers(_, _, _, var treatments) when !treatments.equals(Treatments.NONE) ->
        throw new IllegalArgumentException(name
            + " has treatments, which would change the trained weights again. Leave them out.");
      case Scheme.Integers(var weights, var activations, _, _) ->
        new StudentPlan.Layer(weights, activations);
    };
  }
}
