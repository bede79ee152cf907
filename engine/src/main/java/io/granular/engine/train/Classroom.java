package io.granular.engine.train;

import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.Plan;
import io.granular.engine.run.Conditioning;
import io.granular.engine.run.Rollouts;
import io.granular.engine.run.RunRequest;
import io.granular.engine.store.ModelSource;
import io.granular.engine.torch.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * A model in full precision, loaded network by network as it is needed.
 *
 * @param exact plan that keeps everything in fp32
 */
record Classroom(Torch torch, Lowering lowering, ModelSource model, PipelineGraphs graphs,
    Plan exact) {
  static final String UNET = "unet";
  private static final String DECODER = "vae.decode";

  /** A network's description. */
  Graph graph(String network) {
    return Objects.requireNonNull(graphs.networks().get(network), network);
  }

  /** The parts of generations of one kind. */
  Rollouts rollouts(RunRequest request) {
    return new Rollouts(torch, model, graphs, request);
  }

  /** Loads a network, with the results of {@code graph}. */
  LoweredNetwork load(Graph graph, Map<String, Long> sizes) {
    String name = graph.name();
    return lowering.load(graph, model.component(PipelineGraphs.component(name)).tensors(),
        exact.kernels(name), exact.attention(name), exact.tables(name), sizes, true);
  }

  /** Loads the autoencoder's decoder for a while. */
  Loan decoder(Rollouts rollouts) {
    LoweredNetwork decoder = load(graph(DECODER), rollouts.sizes(DECODER));
    return Loan.of(decoder, decoder::close);
  }

  /** Encodes prompts, each as the rollouts' guidance asks for it; the text encoders are loaded meanwhile. */
  List<Conditioning> texts(List<String> prompts, Rollouts rollouts, Runnable check) {
    List<Conditioning> texts = new ArrayList<>();
    texts(prompts, rollouts, check, texts::add);
    return texts;
  }

  /** The same, one after the other. */
  void texts(List<String> prompts, Rollouts rollouts, Runnable check,
      Consumer<Conditioning> each) {
    SequencedMap<String, LoweredNetwork> encoders = new LinkedHashMap<>();
    try {
      for (String name : graphs.networks().keySet()) {
        if (name.startsWith("text_encoder")) {
          encoders.put(name, load(graph(name), rollouts.sizes(name)));
        }
      }
      for (String prompt : prompts) {
        check.run();
        each.accept(rollouts.encode(encoders, prompt));
      }
    } finally {
      encoders.values().forEach(LoweredNetwork::close);
    }
  }
}
