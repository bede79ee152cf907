package io.granular.engine.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Finds layers that compute on two tensors joined along their channels, as a U-Net's skip connections are. */
public final class JoinedInput {
  private final Map<Integer, Node> makers = new HashMap<>();

  public JoinedInput(Graph graph) {
    graph.nodes().forEach(node -> makers.put(node.output().id(), node));
  }

  /**
   * How many of the layer's input channels come from the first of two joined tensors; empty if its input is not joined
   * of two. Activations and norms in between keep channels apart (though a norm's groups may span both).
   */
  public OptionalInt boundary(Node layer) {
    Node maker = makers.get(layer.inputs().getFirst().id());
    while (maker != null
        && (maker.op() instanceof Op.Activation || maker.op() instanceof Op.GroupNorm)) {
      maker = makers.get(maker.inputs().getFirst().id());
    }
    if (maker == null || !(maker.op() instanceof Op.Concat(int dim)) || maker.inputs().size() != 2
        || dim != channels(layer.op(), maker.output().shape().rank())) {
      return OptionalInt.empty();
    }
    List<Value> parts = maker.inputs();
    return OptionalInt.of(Math.toIntExact(parts.getFirst().shape().dim(dim).at(Map.of())));
  }

  private static int channels(Op op, int rank) {
    return op instanceof Op.Conv2d ? 1 : rank - 1;
  }
}
