package io.granular.engine.save;

import io.granular.engine.lower.Evaluation;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import io.granular.engine.run.RunRequest;
import io.granular.engine.store.ModelSource;
import io.granular.engine.torch.Torch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Generates with networks that another program's runtime computes; tokenizer and sampler are the engine's. */
final class ForeignRun {
  private final Torch torch;
  private final ModelSource model;
  private final PipelineGraphs graphs;
  private final BooleanSupplier cancelled;

  /**
   * What was generated.
   *
   * @param latents after every step, one after the other
   */
  record Outcome(float[] latents, RgbImage picture) {}

  ForeignRun(Torch torch, ModelSource model, PipelineGraphs graphs, BooleanSupplier cancelled) {
    this.torch = torch;
    this.model = model;
    this.graphs = graphs;
    this.cancelled = cancelled;
  }

  /** Runs a request; each network is loaded for its part only. */
  Outcome run(Reopened.Foreign networks, RunRequest request) {
    Rollouts rollouts = new Rollouts(torch, model, graphs, request);
    Conditioning text = encode(networks, rollouts, request.prompt());
    Rollouts.Rollout rollout;
    try (Reopened.Loaded unet = networks.load("unet")) {
      rollout = rollouts.run(unet, text, request.seed(), this::check);
    }
    check();
    try (Reopened.Loaded decoder = networks.load("vae.decode")) {
      return new Outcome(joined(rollout.latents()),
          rollouts.decode(decoder, rollout.result()));
    }
  }

  private Conditioning encode(Reopened.Foreign networks, Rollouts rollouts, String prompt) {
    SequencedMap<String, Reopened.Loaded> encoders = new LinkedHashMap<>();
    try {
      for (String name : graphs.networks().keySet()) {
        if (name.startsWith("text_encoder")) {
          encoders.put(name, networks.load(name));
        }
      }
      SequencedMap<String, Evaluation> evaluations = new LinkedHashMap<>(encoders);
      return rollouts.encode(evaluations, prompt);
    } finally {
      encoders.values().forEach(Reopened.Loaded::close);
    }
  }

  private void check() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("cancelled while the saved model was checked");
    }
  }

  private static float[] joined(List<float[]> steps) {
    int each = steps.getFirst().length;
    float[] all = new float[steps.size() * each];
    for (int i = 0; i < steps.size(); i++) {
      System.arraycopy(steps.get(i), 0, all, i * each, each);
    }
    return all;
  }
}
