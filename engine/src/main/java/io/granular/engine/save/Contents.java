package io.granular.engine.save;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.Decision;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.store.Component;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one component in the order of its modules, and what a plan does to each.
 *
 * @param component the component
 * @param items every tensor, biases behind their weights; last those that no network uses
 */
record Contents(Component component, List<Item> items) {
  /**
   * One tensor.
   *
   * @param name within the component
   * @param module what the plan says of its module; null if no network uses the tensor
   * @param type floating-point type in which it is kept; null if it is a weight that becomes integers or blocks
   */
  record Item(String name, @Nullable ModulePlan module, @Nullable ScalarType type) {
    /** Whether it is a weight that the plan quantizes. */
    boolean quantized() {
      return type == null;
    }
  }

  /** Those of a component. */
  static Contents of(SaveSubject subject, Component component) {
    TensorSource tensors = component.tensors();
    Map<String, ModulePlan> plans = new LinkedHashMap<>();
    for (ModulePlan module : subject.plan().modules()) {
      if (PipelineGraphs.component(module.network()).equals(component.name())) {
        plans.putIfAbsent(module.module(), module);
      }
    }
    List<Item> items = new ArrayList<>();
    Set<String> known = new LinkedHashSet<>();
    for (Graph graph : subject.graphs().networks().values()) {
      if (PipelineGraphs.component(graph.name()).equals(component.name())) {
        graph.modules().forEach((module, node) -> {
          for (Parameter parameter : node.op().parameters()) {
            String name = module + "." + parameter.name();
            ModulePlan plan = plans.get(module);
            if (plan != null && known.add(name)) {
              items.add(new Item(name, plan, type(tensors, name, plan, parameter)));
            }
          }
        });
      }
    }
    for (String name : tensors.names()) {
      if (known.add(name)) {
        items.add(new Item(name, null, stored(tensors, name)));
      }
    }
    return new Contents(component, List.copyOf(items));
  }

  private static @Nullable ScalarType type(TensorSource tensors, String name, ModulePlan plan,
      Parameter parameter) {
    if (!parameter.name().equals("weight")
        || !(plan.op() instanceof Op.Matrix || plan.op() instanceof Op.Table)) {
      return stored(tensors, name);
    }
    if (plan.decision() instanceof Decision.Quantized) {
      return null;
    }
    ScalarType held = plan.decision().held().orElseThrow();
    ScalarType stored = stored(tensors, name);
    // Widening gains nothing: the same numbers come out when the file is read.
    return held == ScalarType.F32 && tensors.stored(name).isEmpty() ? stored : held;
  }

  private static ScalarType stored(TensorSource tensors, String name) {
    TensorInfo info = tensors.info(name);
    return info.dtype();
  }
}
