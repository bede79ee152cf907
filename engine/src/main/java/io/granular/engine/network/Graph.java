package io.granular.engine.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A network as a list of operations in an order in which they can run.
 *
 * @param name network name: {@code text_encoder}, {@code unet}, {@code vae.decode}, ...
 * @param inputs by diffusers' argument name
 * @param nodes in order
 * @param outputs by result name
 */
public record Graph(String name, SequencedMap<String, Value> inputs, List<Node> nodes,
    SequencedMap<String, Value> outputs) {
  public Graph {
    nodes = List.copyOf(nodes);
  }

  /** Nodes that own parameters, by module name, in order of execution. */
  public SequencedMap<String, Node> modules() {
    SequencedMap<String, Node> modules = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (!node.op().parameters().isEmpty()) {
        modules.putIfAbsent(node.module(), node);
      }
    }
    return modules;
  }

  /** Number of trained numbers. */
  public long parameterCount() {
    return modules().values()
        .stream()
        .flatMap(n -> n.op().parameters().stream())
        .mapToLong(Parameter::elements)
        .sum();
  }
}
