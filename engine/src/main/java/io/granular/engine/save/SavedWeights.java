package io.granular.engine.save;

import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.QuantizedLayers;
import io.granular.engine.lower.StatisticsSource;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.quant.QuantizedWeight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The quantized weights of a plan, made one at a time when asked for. */
final class SavedWeights {
  private final SaveSubject subject;
  private final StatisticsSource statistics;
  private final Lowering lowering;
  private final Map<String, QuantizedLayers> networks = new HashMap<>();

  /**
   * @param statistics of the U-Net's inputs, for treated layers
   * @param lowering writes networks with their kernels
   */
  SavedWeights(SaveSubject subject, StatisticsSource statistics, Lowering lowering) {
    this.subject = subject;
    this.statistics = statistics;
    this.lowering = lowering;
  }

  /**
   * Writes a network with its kernels and weights as TorchScript.
   *
   * @param sizes extents of the graph's symbols for which blocks are chosen
   */
  void torchScript(Path file, Graph graph, Map<String, Long> sizes) throws IOException {
    String network = graph.name();
    lowering.save(file, graph,
        subject.model().component(PipelineGraphs.component(network)).tensors(),
        subject.plan().kernels(network), subject.plan().tables(network), sizes,
        statistics(network));
  }

  /**
   * The weight of a module that the plan quantizes. Ask in the order of the plan: statistics are collected for layers that
   * follow each other.
   */
  QuantizedWeight of(ModulePlan module) {
    return networks.computeIfAbsent(module.network(), this::layers)
        .of(module.module(), Objects.requireNonNull(module.kernel(), module.name()));
  }

  private QuantizedLayers layers(String network) {
    Graph graph = Objects.requireNonNull(subject.graphs().networks().get(network), network);
    return new QuantizedLayers(graph,
        subject.model().component(PipelineGraphs.component(network)).tensors(),
        statistics(network));
  }

  private StatisticsSource statistics(String network) {
    return network.equals("unet") ? statistics : StatisticsSource.NONE;
  }
}
