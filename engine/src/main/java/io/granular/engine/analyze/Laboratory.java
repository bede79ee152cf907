package io.granular.engine.analyze;

import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.StatisticsSource;
import io.granular.engine.lower.TappedNetwork;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.network.Value;
import io.granular.engine.plan.Plan;
import io.granular.engine.run.Rollouts;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.TensorSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;

/** A pipeline loaded in full precision, and whatever is derived from it by changing kernels; weights are shared. */
final class Laboratory implements AutoCloseable {
  private final Lowering lowering;
  private final ModelSource model;
  private final PipelineGraphs graphs;
  private final Plan reference;
  private final Rollouts rollouts;
  private final SequencedMap<String, LoweredNetwork> networks = new LinkedHashMap<>();

  /** @param reference plan of full precision, of all networks */
  Laboratory(Lowering lowering, ModelSource model, PipelineGraphs graphs, Plan reference,
      Rollouts rollouts) {
    this.lowering = lowering;
    this.model = model;
    this.graphs = graphs;
    this.reference = reference.textToImage();
    this.rollouts = rollouts;
    try {
      for (String name : graphs.networks().keySet()) {
        if (!name.equals(PipelineGraphs.ENCODER)) {
          networks.put(name, lowering.load(graph(name), weights(name), reference.kernels(name),
              reference.attention(name), reference.tables(name), rollouts.sizes(name), true));
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The pipeline in full precision; not to be closed. */
  SequencedMap<String, LoweredNetwork> reference() {
    return networks;
  }

  /** The pipeline as a plan says, apart from what equals full precision; to be closed. */
  Changed pipeline(Plan plan) {
    return changed(networks, plan, plan, Set.of());
  }

  /** Full precision but for some modules, which are as a plan says. */
  Changed alone(Plan plan, Set<String> modules) {
    return changed(networks, reference, plan, modules);
  }

  /** A pipeline as a plan says but for some modules, which are in full precision. */
  Changed restored(Changed quantized, Plan plan, Set<String> modules) {
    return changed(quantized.networks, plan, reference, modules);
  }

  /**
   * Networks of a changed pipeline.
   *
   * @param networks all of them
   * @param own those that were made for it
   */
  record Changed(SequencedMap<String, LoweredNetwork> networks,
      SequencedMap<String, LoweredNetwork> own) implements AutoCloseable {
    @Override
    public void close() {
      own.values().forEach(LoweredNetwork::close);
    }
  }

  /** As {@code plan} says but for {@code modules}, which are as {@code other} says. */
  private Changed changed(SequencedMap<String, LoweredNetwork> bases, Plan plan, Plan other,
      Set<String> modules) {
    SequencedMap<String, LoweredNetwork> all = new LinkedHashMap<>();
    SequencedMap<String, LoweredNetwork> own = new LinkedHashMap<>();
    try {
      bases.forEach((name, base) -> {
        Map<String, Kernel> kernels = new LinkedHashMap<>(plan.kernels(name));
        other.kernels(name).forEach((module, kernel) -> {
          if (modules.contains(PipelineGraphs.moduleName(name, module))) {
            kernels.put(module, kernel);
          }
        });
        boolean same = kernels.equals(base.kernels())
            && plan.attention(name).equals(base.attention())
            && (!modules.isEmpty() || plan.tables(name).equals(reference.tables(name)));
        LoweredNetwork network = same ? base
            : lowering.variant(base, graph(name), weights(name), kernels, plan.attention(name),
                plan.tables(name), rollouts.sizes(name), StatisticsSource.NONE);
        all.put(name, network);
        if (!same) {
          own.put(name, network);
        }
      });
    } catch (RuntimeException e) {
      own.values().forEach(LoweredNetwork::close);
      throw e;
    }
    return new Changed(all, own);
  }

  /** The full-precision U-Net under observation. */
  TappedNetwork tappedUnet(Set<String> watched) {
    return lowering.tapped(Objects.requireNonNull(networks.get("unet")), graph("unet"),
        weights("unet"), rollouts.sizes("unet"), watched);
  }

  /** One layer of a network that is loaded, by itself: {@code x} in, {@code y} out. */
  LoweredNetwork layer(LoweredNetwork network, String name, String module) {
    Graph graph = graph(name);
    Node node = Objects.requireNonNull(graph.modules().get(module));
    SequencedMap<String, Value> inputs = new LinkedHashMap<>();
    inputs.put("x", node.inputs().getFirst());
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", node.output());
    Kernel kernel = Objects.requireNonNull(network.kernels().get(module));
    return lowering.variant(network, new Graph(graph.name(), inputs, List.of(node),
        outputs), weights(name), Map.of(module, kernel), network.attention(), Map.of(),
        rollouts.sizes(name), StatisticsSource.NONE);
  }

  private Graph graph(String network) {
    return Objects.requireNonNull(graphs.networks().get(network));
  }

  private TensorSource weights(String network) {
    return model.component(PipelineGraphs.component(network)).tensors();
  }

  @Override
  public void close() {
    networks.values().forEach(LoweredNetwork::close);
    networks.clear();
  }
}
