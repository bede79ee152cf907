package io.granular.engine.network;

import java.util.List;

/**
 * One operation.
 *
 * @param module the diffusers name of the module it belongs to, e.g. {@code mid_block.attentions.0.norm}; its parameters
 *   are {@code module + "." + suffix}
 * @param op what is computed
 * @param inputs in the operator's order
 * @param output the single result
 */
public record Node(String module, Op op, List<Value> inputs, Value output) {
  public Node {
    inputs = List.copyOf(inputs);
  }
}
