package io.granular.engine.lower;

import io.granular.engine.lower.Segments.Segment;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The text of a gradient that keeps only what blocks hand to each other: each block computes its values once more when its turn
 * comes, from the last to the first (Chen et al. 2016, "Training deep nets with sublinear memory cost").
 */
final class Recomputation {
  private final StudentWeights weights;
  private final List<Segment> segments;
  private final Set<Integer> active;
  /** Gradients of values that are complete, or are being summed up. */
  private final Map<Integer, String> gradients = new HashMap<>();
  private final SortedMap<Integer, String> leaves = new TreeMap<>();

  Recomputation(Graph graph, StudentPlan plan, StudentWeights weights, List<Segment> segments) {
    this.weights = weights;
    this.segments = segments;
    this.active = Segments.active(graph, plan.trainedModules());
  }

  /**
   * Writes the lines, after those of a forward pass without gradients.
   *
   * @param losses writes the variable {@code whole}, reading results by what it is given
   * @return by number of the leaf, an expression of its gradient
   */
  SortedMap<Integer, String> backward(Emitter emitter, Consumer<StudentScript.Reading> losses) {
    Code code = emitter.code();
    Map<Integer, String> forward = new HashMap<>();
    segments.forEach(segment -> {
      segment.inputs().forEach(value -> forward.put(value.id(), emitter.name(value)));
      segment.outputs().forEach(value -> forward.put(value.id(), emitter.name(value)));
    });
    SequencedMap<Value, String> ends = new LinkedHashMap<>();
    losses.accept(value -> ends.computeIfAbsent(value,
        result -> leaf(code, emitter.name(result))));
    differentiate(code, List.of("whole"), "None", ends);
    for (Segment segment : segments.reversed()) {
      backward(emitter, segment, forward);
    }
    return leaves;
  }

  private void backward(Emitter emitter, Segment segment, Map<Integer, String> forward) {
    List<Value> results = segment.outputs()
        .stream()
        .filter(value -> active.contains(value.id()) && gradients.containsKey(value.id()))
        .toList();
    if (results.isEmpty()) {
      return;
    }
    Code code = emitter.code();
    SequencedMap<Value, String> inputs = new LinkedHashMap<>();
    for (Value value : segment.inputs()) {
      String name = Objects.requireNonNull(forward.get(value.id()));
      if (active.contains(value.id()) && flows(segment.nodes(), value)) {
        name = leaf(code, name);
        inputs.put(value, name);
      }
      emitter.rename(value, name);
    }
    SortedMap<Integer, String> own =
        weights.emit(code, StudentScript.modules(segment.nodes()), true);
    segment.nodes().forEach(emitter::emit);
    String upstream = "annotate(List[Optional[Tensor]], ["
        + String.join(", ", results.stream().map(value -> gradients.get(value.id())).toList())
        + "])";
    int first = inputs.size();
    SequencedMap<Value, String> with = inputs;
    List<String> variables = new ArrayList<>(with.values());
    variables.addAll(own.values());
    String g = grad(code, results.stream().map(emitter::name).toList(), variables, upstream);
    int i = 0;
    for (Value value : with.keySet()) {
      sum(code, value, "unchecked_cast(Tensor, " + g + "[" + i++ + "])");
    }
    for (int leaf : own.keySet()) {
      leaves.put(leaf,
          code.let("unchecked_cast(Tensor, " + g + "[" + first++ + "])"));
    }
  }

  private void differentiate(Code code, List<String> of, String upstream,
      SequencedMap<Value, String> with) {
    String g = grad(code, of, List.copyOf(with.values()), upstream);
    int i = 0;
    for (Value value : with.keySet()) {
      sum(code, value, "unchecked_cast(Tensor, " + g + "[" + i++ + "])");
    }
  }

  private void sum(Code code, Value value, String gradient) {
    String before = gradients.get(value.id());
    gradients.put(value.id(),
        code.let(before == null ? gradient : "torch.add(" + before + ", " + gradient + ")"));
  }

  private static String grad(Code code, List<String> of, List<String> with, String upstream) {
    return code.let("torch.grad([" + String.join(", ", of) + "], [" + String.join(", ", with)
        + "], " + upstream + ", None, False, False)");
  }

  private static String leaf(Code code, String name) {
    return code.let("torch.requires_grad_(torch.detach(" + name + "), True)");
  }

  /** Whether a gradient flows from a segment's nodes to an input, directly. */
  private static boolean flows(List<Node> nodes, Value value) {
    return nodes.stream().anyMatch(node -> Segments.differentiable(node).contains(value));
  }
}
