package io.granular.engine.train;

import io.granular.engine.lower.StudentPlan;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The peak of a training's memory, from shapes alone. Constants were measured on Linux with glibc; {@code docs/training.md} has
 * the figures.
 */
final class TrainingMemory {
  /** What a worker that trains has besides tensors: compiled methods, pages of libtorch's code, Java's heap. */
  private static final long AT_WORK = 280_000_000;
  private static final long FLOAT = 4;
  /** Tensors as large as a weight while one is quantized, or its moments change. */
  private static final int TRANSIENT = 3;

  private final Graph unet;
  private final StudentPlan plan;
  private final Map<String, Long> sizes;

  /** @param sizes extents of the student's symbols */
  TrainingMemory(Graph unet, StudentPlan plan, Map<String, Long> sizes) {
    this.unet = unet;
    this.plan = plan;
    this.sizes = sizes;
  }

  /**
   * Bytes of the worker.
   *
   * @param baseline of a started worker
   * @param trained numbers that are trained
   * @param teacher whether a teacher is held
   * @param stored bytes of the model's file, which is mapped
   */
  long peak(long baseline, long trained, boolean teacher, long stored) {
    long all = unet.parameterCount() * FLOAT;
    long held = baseline + AT_WORK + stored + all + (teacher ? all : 0)
        + trained * FLOAT * (plan.average() ? 3 : 2) + (plan.accumulate() ? trained * FLOAT : 0);
    // Gradients come as the values that they are made of go.
    long gradients = plan.accumulate() ? 0 : trained * FLOAT;
    return held + Math.max(gradients, 0) / (plan.recompute() ? 1 : 2) + values()
        + TRANSIENT * largest() * FLOAT;
  }

  /** Values that the gradient needs, and the weights that layers see. */
  private long values() {
    if (!plan.recompute()) {
      return seen(unet.nodes()) + outputs(unet.nodes());
    }
    Map<String, Long> blocks = new HashMap<>();
    Map<String, Long> ends = new HashMap<>();
    for (Node node : unet.nodes()) {
      String block = block(node.module());
      blocks.merge(block, seen(List.of(node)) + outputs(List.of(node)), Long::sum);
      ends.put(block, outputs(List.of(node)));
    }
    long largest = blocks.values().stream().mapToLong(Long::longValue).max().orElse(0);
    return 2 * largest + ends.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String block(String module) {
    String[] parts = module.split("\\.");
    int depth = Math.min(parts.length, parts[0].equals("mid_block") ? 3 : 4);
    return String.join(".", List.of(parts).subList(0, depth));
  }

  private long seen(List<Node> nodes) {
    return nodes.stream()
        .filter(node -> plan.layers().containsKey(node.module()))
        .mapToLong(node -> weight(node.op()))
        .sum();
  }

  private long largest() {
    return unet.nodes().stream().mapToLong(node -> weight(node.op()) / FLOAT).max().orElse(0);
  }

  private static long weight(Op op) {
    return op instanceof Op.Matrix matrix ? matrix.rows() * matrix.columns() * FLOAT : 0;
  }

  private long outputs(List<Node> nodes) {
    long all = 0;
    for (Node node : nodes) {
      long own = Work.elements(node.output(), sizes) * FLOAT;
      all += switch (node.op()) {
        case Op.PixelsToTokens _,Op.TokensToPixels _,Op.Flatten _,Op.JoinRows _,Op.Chunk _ -> 0;
        // Turned to row-major memory and back.
        case Op.GroupNorm _ -> 2 * own;
        case Op.Matrix _ -> seesIntegers(node) ? own + input(node) : own;
        case Op.LayerNorm _,Op.Embedding _,Op.AddPositions _,Op.Activation _,Op.Geglu _,Op.Attention _,Op.Add _,Op.AddPerChannel _,Op.Scale _,Op.Concat _,Op.UpsampleNearest _,Op.TimestepEmbedding _,Op.PoolEndOfText _ ->
          own;
      };
    }
    return all;
  }

  private boolean seesIntegers(Node node) {
    StudentPlan.Layer layer = plan.layers().get(node.module());
    return layer != null && layer.activations() != null;
  }

  private long input(Node node) {
    return Work.elements(node.inputs().getFirst(), sizes) * FLOAT;
  }
}
