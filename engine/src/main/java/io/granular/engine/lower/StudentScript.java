package io.granular.engine.lower;

import io.granular.engine.lower.Segments.Segment;
import io.granular.engine.lower.StudentPlan.Leaf;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Value;
import io.granular.engine.quant.ActivationScheme;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The text of a student's methods. Their arguments, in order: the graph's inputs, {@code target} and {@code importance},
 * targets {@code f} of features, {@code h} of what is scheduled, parameters {@code p}, what is trained beside them {@code q},
 * zero points {@code z}, sums of gradients {@code s}, moments {@code m} and {@code v}, averages {@code e}; each method takes
 * those that it needs.
 */
final class StudentScript {
  /** One step of training, in place: loss, error of features and norm of the gradient. */
  static final String STEP = "step";
  /** One batch of several that make a step, in place: loss and error of features. */
  static final String GRADIENTS = "gradients";
  /** The step after several batches, in place: norm of the gradient. */
  static final String APPLY = "apply";
  /** The student's result and its loss. */
  static final String EVALUATE = "evaluate";

  private final Graph graph;
  private final StudentPlan plan;
  private final List<String> parameters;
  private final List<Leaf> leaves;
  private final AdamW optimizer;
  private final Map<String, Long> sizes;
  private final StudentWeights weights;
  private final List<Segment> segments;

  /**
   * @param parameters all of them, in the order of the arguments
   * @param leaves what is trained, in order
   */
  StudentScript(Graph graph, StudentPlan plan, List<String> parameters, List<Leaf> leaves,
      AdamW optimizer, Map<String, Long> sizes) {
    this.graph = graph;
    this.plan = plan;
    this.parameters = parameters;
    this.leaves = leaves;
    this.optimizer = optimizer;
    this.sizes = sizes;
    this.weights = new StudentWeights(graph, plan, parameters, leaves);
    this.segments = Segments.of(graph);
  }

  List<String> methods() {
    return plan.accumulate() ? List.of(gradients(), apply(), evaluate())
        : List.of(step(), evaluate());
  }

  private String step() {
    Emitter emitter = Emitter.differentiable(graph, sizes);
    String inputs = differentiate(emitter);
    Code code = emitter.code();
    lists(code);
    String norm = optimizer.emit(code, rates(), plan.average());
    code.line("return [torch.detach(loss), torch.detach(apart), " + norm + "]");
    List<String> state = new ArrayList<>(List.of("h"));
    state.addAll(values());
    state.addAll(optimizerState());
    return method(code, STEP, lesson(inputs), state);
  }

  private String gradients() {
    Emitter emitter = Emitter.differentiable(graph, sizes);
    String inputs = differentiate(emitter);
    Code code = emitter.code();
    code.line("share = torch.select(h, 0, 0)");
    List<String> sums = indexed("s");
    code.line("ss = [" + String.join(", ", sums) + "]");
    code.line("for k in range(" + leaves.size() + "):");
    code.line("  s = torch.add_(ss[k], torch.mul(gs[k], share))");
    code.line("return [torch.detach(loss), torch.detach(apart)]");
    List<String> state = new ArrayList<>(List.of("h"));
    state.addAll(values());
    state.addAll(sums);
    return method(code, GRADIENTS, lesson(inputs), state);
  }

  private String apply() {
    Code code = new Code();
    List<String> sums = indexed("s");
    code.line("gs = [" + String.join(", ", sums) + "]");
    lists(code);
    String norm = optimizer.emit(code, rates(), plan.average());
    code.line("for k in range(" + leaves.size() + "):");
    code.line("  s = torch.zero_(gs[k])");
    code.line("return [" + norm + "]");
    List<String> state = new ArrayList<>(trained());
    state.addAll(sums);
    state.addAll(optimizerState());
    return method(code, APPLY, "h: Tensor", state);
  }

  private String evaluate() {
    Emitter emitter = Emitter.differentiable(graph, sizes);
    String inputs = emitter.beginDifferentiable(code -> {}, activations());
    forward(emitter);
    Code code = emitter.code();
    Value result = graph.outputs().firstEntry().getValue();
    code.line("y = " + emitter.name(result));
    loss(code, "y");
    code.line("return [torch.contiguous(y), loss]");
    return method(code, EVALUATE, inputs + ", target: Tensor, importance: Tensor", values());
  }

  /** Block by block, so that not all layers' integers are there at once. */
  private void forward(Emitter emitter) {
    for (Segment segment : segments) {
      weights.emit(emitter.code(), modules(segment.nodes()), false);
      segment.nodes().forEach(emitter::emit);
    }
  }

  /** Everything up to the list {@code gs} of gradients; returns the graph's inputs. */
  private String differentiate(Emitter emitter) {
    String inputs;
    SortedMap<Integer, String> gradients = new TreeMap<>();
    if (plan.recompute()) {
      inputs = emitter.beginDifferentiable(code -> {}, activations());
      forward(emitter);
      gradients.putAll(new Recomputation(graph, plan, weights, segments)
          .backward(emitter, leaf -> losses(emitter, leaf)));
    } else {
      SortedMap<Integer, String> variables = new TreeMap<>();
      inputs = emitter.beginDifferentiable(
          code -> variables.putAll(weights.emit(code, graph.modules().keySet(), true)),
          activations());
      graph.nodes().forEach(emitter::emit);
      Code code = emitter.code();
      losses(emitter, emitter::name);
      code.line("g = torch.grad([whole], [" + String.join(", ", variables.values())
          + "], None, None, False, False)");
      int i = 0;
      for (int leaf : variables.keySet()) {
        gradients.put(leaf, "unchecked_cast(Tensor, g[" + i++ + "])");
      }
    }
    emitter.code().line("gs = [" + String.join(", ", gradients.values()) + "]");
    return inputs;
  }

  /** How the loss reads a value of the network. */
  interface Reading {
    String name(Value value);
  }

  /** Writes {@code loss} of the result, {@code apart} of the features and {@code whole}. */
  private void losses(Emitter emitter, Reading reading) {
    Code code = emitter.code();
    List<Value> results = List.copyOf(graph.outputs().values());
    loss(code, reading.name(results.getFirst()));
    if (results.size() == 1) {
      code.line("apart = torch.zeros([], dtype=6)");
      code.line("whole = loss");
      return;
    }
    List<String> errors = new ArrayList<>();
    for (int i = 1; i < results.size(); i++) {
      String dims = results.get(i).shape().rank() == 4 ? "[1, 2, 3]" : "[1, 2]";
      String error = code.let("torch.mean(torch.square(torch.sub("
          + reading.name(results.get(i)) + ", f" + (i - 1) + ")), " + dims + ")");
      String size = code.let("torch.clamp_min(torch.mean(torch.square(f" + (i - 1) + "), " + dims
          + "), 1.0e-12)");
      errors.add(code.let("torch.mean(torch.mul(torch.div(" + error + ", " + size
          + "), importance))"));
    }
    code.line("apart = torch.mean(torch.stack([" + String.join(", ", errors) + "]))");
    code.line("whole = torch.add(loss, torch.mul(apart, " + Code.number(plan.featureWeight())
        + "))");
  }

  private static void loss(Code code, String result) {
    code.line("error = torch.mean(torch.square(torch.sub(" + result + ", target)), [1, 2, 3])");
    code.line("loss = torch.mean(torch.mul(error, importance))");
  }

  private Map<String, ActivationScheme> activations() {
    Map<String, ActivationScheme> activations = new HashMap<>();
    plan.layers().forEach((module, layer) -> {
      if (layer.activations() != null) {
        activations.put(module, layer.activations());
      }
    });
    return activations;
  }

  static Set<String> modules(List<Node> nodes) {
    return nodes.stream()
        .filter(node -> !node.op().parameters().isEmpty())
        .map(Node::module)
        .collect(Collectors.toSet());
  }

  private List<Double> rates() {
    return leaves.stream()
        .map(leaf -> leaf instanceof Leaf.Scale ? plan.scaleSpeed() : 1.0)
        .toList();
  }

  /** Writes the lists of what is trained and of the optimizer's state. */
  private void lists(Code code) {
    code.line("ps = [" + String.join(", ", trained()) + "]");
    code.line("ms = [" + String.join(", ", indexed("m")) + "]");
    code.line("vs = [" + String.join(", ", indexed("v")) + "]");
    if (plan.average()) {
      code.line("es = [" + String.join(", ", indexed("e")) + "]");
    }
  }

  private List<String> trained() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      names.add(weights.argument(i));
    }
    return names;
  }

  /** Arguments that give what the network computes with. */
  private List<String> values() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      names.add("p" + i);
    }
    names.addAll(weights.beside());
    names.addAll(weights.zeros());
    return names;
  }

  private List<String> optimizerState() {
    List<String> names = new ArrayList<>(indexed("m"));
    names.addAll(indexed("v"));
    if (plan.average()) {
      names.addAll(indexed("e"));
    }
    return names;
  }

  private List<String> indexed(String prefix) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      names.add(prefix + "_" + i);
    }
    return names;
  }

  private String lesson(String inputs) {
    StringBuilder all = new StringBuilder(inputs).append(", target: Tensor, importance: Tensor");
    for (int i = 1; i < graph.outputs().size(); i++) {
      all.append(", f").append(i - 1).append(": Tensor");
    }
    return all.toString();
  }

  private static String method(Code code, String name, String first, List<String> tensors) {
    return code.method("def " + name + "(self: __torch__.Net, " + first + ", "
        + String.join(", ", tensors.stream().map(t -> t + ": Tensor").toList())
        + ") -> List[Tensor]:");
  }
}
