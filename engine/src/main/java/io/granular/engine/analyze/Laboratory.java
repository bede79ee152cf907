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
import org.jspecify.annotations.Nullable;

/**
 * A pipeline loaded in full precision and as a recipe says, and whatever lies between: all of it shares the packed weights of
 * these two.
 */
final class Laboratory implements AutoCloseable {
  private final Lowering lowering;
  private final ModelSource model;
  private final PipelineGraphs graphs;
  private final Plan reference;
  private final Plan plan;
  private final Rollouts rollouts;
  private final StatisticsSource statistics;
  private final SequencedMap<String, LoweredNetwork> networks = new LinkedHashMap<>();
  /** Loaded when first needed: measurements that were kept need none. */
  private @Nullable Changed quantized;

  /**
   * @param reference plan of full precision, for text-to-image
   * @param plan of the recipe, for text-to-image
   * @param statistics of the inputs of the recipe's layers
   */
  Laboratory(Lowering lowering, ModelSource model, PipelineGraphs graphs, Plan reference,
      Plan plan, Rollouts rollouts, StatisticsSource statistics) {
    this.lowering = lowering;
    this.model = model;
    this.graphs = graphs;
    this.reference = reference;
    this.plan = plan;
    this.rollouts = rollouts;
    this.statistics = statistics;
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

  /** The pipeline as the recipe says; not to be closed. */
  SequencedMap<String, LoweredNetwork> quantized() {
    Changed loaded = quantized;
    if (loaded == null) {
      loaded = changed(plan, plan, Set.of(), Map.of());
      quantized = loaded;
    }
    return loaded.networks;
  }

  /** The whole recipe. */
  Changed whole() {
    return new Changed(quantized(), new LinkedHashMap<>());
  }

  /** Full precision by other kernels. */
  Changed alternative(Plan other) {
    return changed(other, other, Set.of(), Map.of());
  }

  /** Full precision but for some modules, which are as the recipe says. */
  Changed alone(Set<String> modules) {
    return changed(reference, plan, modules, quantized());
  }

  /** As the recipe says but for some modules, which are in full precision. */
  Changed restored(Set<String> modules) {
    return changed(plan, reference, modules, quantized());
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
  private Changed changed(Plan base, Plan other, Set<String> modules,
      Map<String, LoweredNetwork> loaded) {
    SequencedMap<String, LoweredNetwork> all = new LinkedHashMap<>();
    SequencedMap<String, LoweredNetwork> own = new LinkedHashMap<>();
    try {
      for (String name : networks.keySet()) {
        Map<String, Kernel> kernels = new LinkedHashMap<>(base.kernels(name));
        other.kernels(name).forEach((module, kernel) -> {
          if (modules.contains(PipelineGraphs.moduleName(name, module))) {
            kernels.put(module, kernel);
          }
        });
        LoweredNetwork exact = Objects.requireNonNull(networks.get(name));
        LoweredNetwork known = loaded.get(name);
        if (same(exact, reference, base, name, kernels)) {
          all.put(name, exact);
        } else if (known != null && same(known, plan, base, name, kernels)) {
          all.put(name, known);
        } else {
          LoweredNetwork network = lowering.variant(
              known == null ? List.of(exact) : List.of(exact, known), graph(name), weights(name),
              kernels, base.attention(name), base.tables(name), rollouts.sizes(name),
              name.equals("unet") ? statistics : StatisticsSource.NONE);
          all.put(name, network);
          own.put(name, network);
        }
      }
    } catch (RuntimeException e) {
      own.values().forEach(LoweredNetwork::close);
      throw e;
    }
    return new Changed(all, own);
  }

  /** Whether a loaded network is what is wanted. */
  private static boolean same(LoweredNetwork network, Plan of, Plan wanted, String name,
      Map<String, Kernel> kernels) {
    return kernels.equals(network.kernels())
        && wanted.attention(name).equals(network.attention())
        && wanted.tables(name).equals(of.tables(name));
  }

  /** The full-precision U-Net under observation. */
  TappedNetwork tappedUnet(Set<String> watched) {
    return lowering.tapped(Objects.requireNonNull(networks.get("unet")), graph("unet"),
        weights("unet"), rollouts.sizes("unet"), watched);
  }

  /** One layer of the recipe's U-Net by itself: {@code x} in, {@code y} out. */
  LoweredNetwork layer(String module) {
    Graph graph = graph("unet");
    LoweredNetwork network = Objects.requireNonNull(quantized().get("unet"));
    Node node = Objects.requireNonNull(graph.modules().get(module));
    SequencedMap<String, Value> inputs = new LinkedHashMap<>();
    inputs.put("x", node.inputs().getFirst());
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", node.output());
    Kernel kernel = Objects.requireNonNull(network.kernels().get(module));
    return lowering.variant(List.of(network),
        new Graph(graph.name(), inputs, List.of(node), outputs), weights("unet"),
        Map.of(module, kernel), network.attention(), Map.of(), rollouts.sizes("unet"),
        statistics);
  }

  private Graph graph(String network) {
    return Objects.requireNonNull(graphs.networks().get(network));
  }

  private TensorSource weights(String network) {
    return model.component(PipelineGraphs.component(network)).tensors();
  }

  @Override
  public void close() {
    if (quantized != null) {
      quantized.close();
    }
    networks.values().forEach(LoweredNetwork::close);
    networks.clear();
  }
}
