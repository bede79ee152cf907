package io.granular.engine.plan;

import io.granular.engine.lower.Kernel;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import java.util.Map;

/** How many rows the layers of a network multiply at the size that its model was trained on, guided. */
final class LayerRows {
  private static final int TOKENS = 77;

  private final Map<String, Long> sizes;

  LayerRows(Graph graph, PipelineGraphs graphs) {
    int factor = graphs.vae().factor();
    int side = graphs.latentSide() * factor;
    this.sizes = new RunShape(side, side, true, TOKENS).sizes(graph.name(), factor);
  }

  /** A note for people if the layer will take longer than in fp32; empty if it will not. */
  String slower(Node node, Kernel kernel) {
    Op.Matrix op = (Op.Matrix) node.op();
    long rows = rows(node);
    long needed = kernel.breakEven(op);
    if (rows >= needed) {
      return "";
    }
    return needed == Long.MAX_VALUE ? "slower than fp32 (estimated)"
        : "slower than fp32 (estimated): weights are prepared anew for only " + rows
            + " rows of input";
  }

  private long rows(Node node) {
    long[] output = node.output().shape().at(sizes);
    return switch ((Op.Matrix) node.op()) {
      case Op.Conv2d _ -> output[0] * output[2] * output[3];
      case Op.Linear l -> {
        long all = 1;
        for (long extent : output) {
          all = Math.multiplyExact(all, extent);
        }
        yield all / l.out();
      }
    };
  }
}
