package io.granular.engine.train;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Value;
import java.util.Arrays;
import java.util.Map;

/** How much a network has to compute and to hold, from shapes alone. */
final class Work {
  private Work() {}

  /** Multiplications and additions of one evaluation in matrix products, convolutions and attention. */
  static double operations(Graph graph, Map<String, Long> sizes) {
    double all = 0;
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Matrix op) {
        all += 2.0 * elements(node.output(), sizes) * op.columns();
      } else if (node.op() instanceof Op.Attention) {
        long keys = node.inputs().get(1).shape().at(sizes)[1];
        // Queries with keys, and weights with values.
        all += 4.0 * elements(node.output(), sizes) * keys;
      }
    }
    return all;
  }

  static long elements(Value value, Map<String, Long> sizes) {
    return Arrays.stream(value.shape().at(sizes)).reduce(1, Math::multiplyExact);
  }
}
