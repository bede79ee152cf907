package io.granular.engine.train;

import io.granular.engine.run.Rollouts;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a trained model comes from, as its {@code train.json} says. */
final class Provenance {
  private Provenance() {}

  static Map<String, Object> of(TrainingRequest request, Rollouts rollouts, TrainedLayers layers,
      TrainingResult result) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("made_by", "granular train");
    facts.put("model", request.model());
    facts.put("recipe", request.recipe());
    switch (request.objective()) {
      case Objective.Distillation(var prompts, var features, var weight) -> {
        facts.put("method",
            "distillation from the full-precision model along its own trajectories");
        facts.put("prompts", prompts == null ? "built-in" : prompts.toString());
        facts.put("features", features);
        facts.put("feature_weight", weight);
      }
      case Objective.NoisePrediction(var data, var dropout) -> {
        facts.put("method", "noise prediction on pictures");
        facts.put("data", data.toString());
        facts.put("caption_dropout", dropout);
      }
    }
    facts.put("trained", switch (request.trained().what()) {
      case Trained.What.Weights(var scales) ->
        scales ? "weights and step sizes" : "weights";
      case Trained.What.Scales() -> "step sizes";
      case Trained.What.LowRank(var rank) -> "low-rank corrections of rank " + rank;
    });
    facts.put("seed", request.seed());
    facts.put("learning_rate", request.learning().rate());
    facts.put("batch", request.learning().batch());
    facts.put("accumulation", request.learning().accumulation());
    facts.put("min_snr_gamma", request.learning().minSnr());
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
