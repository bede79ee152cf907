package io.granular.engine.plan;

import io.granular.engine.lower.AttentionKernel;
import io.granular.engine.lower.Kernel;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.torch.ScalarType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A recipe resolved against one pipeline and one machine: everything known before a run.
 *
 * @param recipe what was asked
 * @param modules every module with parameters, in the order the networks run
 * @param attention how each network's attention is computed, by network
 * @param notes about the recipe as a whole, e.g. rules that decide nothing
 */
public record Plan(Recipe recipe, List<ModulePlan> modules,
    Map<String, AttentionKernel> attention, List<String> notes) {
  public Plan {
    modules = List.copyOf(modules);
    attention = Map.copyOf(attention);
    notes = List.copyOf(notes);
  }

  /** The part of the plan that text-to-image loads: all networks but the autoencoder's encoder. */
  public Plan textToImage() {
    return only(network -> !network.equals(PipelineGraphs.ENCODER));
  }

  /** The part of the plan about some networks. */
  public Plan only(Predicate<String> networks) {
    return new Plan(recipe, modules.stream().filter(m -> networks.test(m.network())).toList(),
        attention, notes);
  }

  /** Kernels of a network's convolutions and linear layers, by module: what lowering takes. */
  public SequencedMap<String, Kernel> kernels(String network) {
    SequencedMap<String, Kernel> kernels = new LinkedHashMap<>();
    for (ModulePlan module : modules) {
      if (module.network().equals(network) && module.kernel() != null) {
        kernels.put(module.module(), module.kernel());
      }
    }
    return kernels;
  }

  /**
   * Whether a network stays packed between runs and stages: the U-Net, which is most of the work, and networks of which
   * anything is quantized. The others' weights are only converted, so they are read again when they are needed.
   */
  public boolean stays(String network) {
    return network.equals("unet") || modules.stream()
        .anyMatch(
            m -> m.network().equals(network) && m.decision() instanceof Decision.Quantized);
  }

  /** How a network's attention is computed. */
  public AttentionKernel attention(String network) {
    return Objects.requireNonNull(attention.get(network), network);
  }

  /** The type each embedding table of a network is held in, by module: what lowering takes. */
  public Map<String, ScalarType> tables(String network) {
    Map<String, ScalarType> tables = new LinkedHashMap<>();
    for (ModulePlan module : modules) {
      if (module.network().equals(network) && module.op() instanceof Op.Table) {
        tables.put(module.module(), module.decision().held().orElseThrow());
      }
    }
    return tables;
  }

  /** Kernel id to number of convolutions and linear layers. */
  public Map<String, Integer> kernelCounts() {
    Map<String, Integer> counts = new TreeMap<>();
    modules.stream()
        .filter(m -> m.kernel() != null)
        .forEach(m -> counts.merge(m.kernelId(), 1, Integer::sum));
    return counts;
  }

  /** Names of the modules that will be simulated. */
  public List<String> simulated() {
    return modules.stream().filter(ModulePlan::simulated).map(ModulePlan::name).toList();
  }

  /** Names of the modules that cannot run before their inputs' ranges are calibrated. */
  public List<String> uncalibrated() {
    return modules.stream()
        .filter(m -> m.kernel() != null && m.kernel().uncalibrated())
        .map(ModulePlan::name)
        .toList();
  }

  /** Bytes as stored in the model. */
  public long bytesBefore() {
    return modules.stream().mapToLong(ModulePlan::bytesBefore).sum();
  }

  /** Bytes that the modules will hold. */
  public Kernel.Cost cost() {
    return modules.stream().map(ModulePlan::cost).reduce(new Kernel.Cost(0, 0), Kernel.Cost::plus);
  }
}
