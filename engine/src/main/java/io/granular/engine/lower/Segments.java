package io.granular.engine.lower;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** A graph cut into blocks of diffusers, each a residual block, a transformer or a resampler, in order. */
final class Segments {
  private static final int DEPTH = 4;

  private Segments() {}

  /**
   * Nodes that run one after the other.
   *
   * @param inputs values from before that they use
   * @param outputs values of theirs that are used after, or are results
   */
  record Segment(List<Node> nodes, List<Value> inputs, List<Value> outputs) {}

  static List<Segment> of(Graph graph) {
    List<List<Node>> runs = runs(graph);
    Map<Integer, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      for (Node node : runs.get(i)) {
        for (Value value : node.inputs()) {
          lastUse.put(value.id(), i);
        }
      }
    }
    graph.outputs().values().forEach(value -> lastUse.put(value.id(), Integer.MAX_VALUE));
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Set<Integer> own = new HashSet<>();
      SequencedMap<Integer, Value> inputs = new LinkedHashMap<>();
      List<Value> outputs = new ArrayList<>();
      for (Node node : runs.get(i)) {
        node.inputs()
            .stream()
            .filter(value -> !own.contains(value.id()))
            .forEach(value -> inputs.put(value.id(), value));
        own.add(node.output().id());
        if (lastUse.getOrDefault(node.output().id(), -1) > i) {
          outputs.add(node.output());
        }
      }
      segments.add(new Segment(runs.get(i), List.copyOf(inputs.values()), outputs));
    }
    return segments;
  }

  private static List<List<Node>> runs(Graph graph) {
    List<List<Node>> runs = new ArrayList<>();
    String block = "";
    boolean parameters = false;
    for (Node node : graph.nodes()) {
      String own = block(node.module());
      // What has no parameters, such as the joining of skip connections, goes with what comes next.
      if (runs.isEmpty() || (parameters && !own.equals(block))) {
        runs.add(new ArrayList<>());
        parameters = false;
      }
      block = own;
      parameters |= !node.op().parameters().isEmpty();
      runs.getLast().add(node);
    }
    return runs;
  }

  private static String block(String module) {
    String[] parts = module.split("\\.");
    int depth = parts[0].equals("mid_block") ? DEPTH - 1 : DEPTH;
    return parts.length < depth ? parts[0]
        : String.join(".", List.of(parts).subList(0, depth));
  }

  /** Inputs through which a node's gradient flows; of the others only the size counts, or they are indices. */
  static List<Value> differentiable(Node node) {
    return switch (node.op()) {
      case Op.TokensToPixels _,Op.JoinRows _,Op.UpsampleNearest _,Op.PoolEndOfText _ ->
        List.of(node.inputs().getFirst());
      case Op.Embedding _ -> List.of();
      case Op.Matrix _,Op.GroupNorm _,Op.LayerNorm _,Op.AddPositions _,Op.Activation _,Op.Geglu _,Op.Attention _,Op.Add _,Op.AddPerChannel _,Op.Scale _,Op.Concat _,Op.PixelsToTokens _,Op.TimestepEmbedding _,Op.Flatten _,Op.Chunk _ ->
        node.inputs();
    };
  }

  /**
   * Values on which trained numbers have an influence.
   *
   * @param trained modules with something to train
   */
  static Set<Integer> active(Graph graph, Set<String> trained) {
    Set<Integer> active = new HashSet<>();
    for (Node node : graph.nodes()) {
      boolean own = !node.op().parameters().isEmpty() && trained.contains(node.module());
      if (own || differentiable(node).stream().anyMatch(value -> active.contains(value.id()))) {
        active.add(node.output().id());
      }
    }
    return active;
  }
}
