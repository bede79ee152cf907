package io.granular.engine.lower;

import io.granular.engine.lower.StudentPlan.Layer;
import io.granular.engine.lower.StudentPlan.Leaf;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The text that makes what a student's layers compute with of its parameters and what is trained beside them. */
final class StudentWeights {
  private final Graph graph;
  private final StudentPlan plan;
  private final List<String> parameters;
  private final List<Leaf> leaves;
  private final Map<String, Integer> numbers = new HashMap<>();

  /**
   * @param parameters all of them, in the order of the arguments {@code p0, p1, ...}
   * @param leaves what is trained; those that are no parameters are the arguments {@code q}, numbered as the leaves are
   */
  StudentWeights(Graph graph, StudentPlan plan, List<String> parameters, List<Leaf> leaves) {
    this.graph = graph;
    this.plan = plan;
    this.parameters = parameters;
    this.leaves = leaves;
    for (int i = 0; i < leaves.size(); i++) {
      numbers.put(leaves.get(i).name(), i);
    }
  }

  /** Name of the argument that holds a leaf. */
  String argument(int leaf) {
    return switch (leaves.get(leaf)) {
      case Leaf.Whole(var name) -> "p" + parameters.indexOf(name);
      case Leaf.Scale _,Leaf.Down _,Leaf.Up _ -> "q" + leaf;
    };
  }

  /** Arguments that hold leaves which are no parameters, in order. */
  List<String> beside() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      if (!(leaves.get(i) instanceof Leaf.Whole)) {
        names.add(argument(i));
      }
    }
    return names;
  }

  /** Arguments that hold the zero points of learned step sizes, in order. */
  List<String> zeros() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      if (leaves.get(i) instanceof Leaf.Scale) {
        names.add("z" + i);
      }
    }
    return names;
  }

  /**
   * Writes the dictionary {@code w} of some modules' weights and biases.
   *
   * @param differentiated whether gradients will be asked for
   * @return by number, the variables to differentiate with respect to; empty if not {@code differentiated}
   */
  SortedMap<Integer, String> emit(Code code, Set<String> modules, boolean differentiated) {
    SortedMap<Integer, String> variables = new TreeMap<>();
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i);
      String module = name.substring(0, name.lastIndexOf('.'));
      if (modules.contains(module)) {
        String base = variable(code, name, "p" + i, differentiated, variables);
        Layer layer = name.endsWith(".weight") ? plan.layers().get(module) : null;
        String seen = layer == null ? base
            : seen(code, module, layer, base, "p" + i, differentiated, variables);
        entries.add("\"" + name + "\": " + seen);
      }
    }
    // A dictionary without entries has no type.
    code.line(entries.isEmpty() ? "w = annotate(Dict[str, Tensor], {})"
        : "w = {" + String.join(", ", entries) + "}");
    return variables;
  }

  private String seen(Code code, String module, Layer layer, String base, String parameter,
      boolean differentiated, SortedMap<Integer, String> variables) {
    Op.Matrix op = StudentPlan.matrix(graph, module);
    boolean changes = !base.equals(parameter);
    String weight = base;
    if (plan.corrected().contains(module)) {
      String down = leaf(code, new Leaf.Down(module), differentiated, variables);
      String up = leaf(code, new Leaf.Up(module), differentiated, variables);
      weight = code.let("torch.add(" + base + ", torch.reshape(torch.matmul(" + up + ", " + down
          + "), " + WeightOnlyKernel.shape(op) + "))");
      changes = differentiated;
    }
    if (plan.scales().contains(module)) {
      Leaf.Scale scale = new Leaf.Scale(module);
      String log = leaf(code, scale, differentiated, variables);
      return LearnedScale.emit(code, op, layer.weights(), weight, log,
          "z" + numbers.get(scale.name()));
    }
    String still = !changes ? weight
        : weight.equals(base) ? parameter : code.let("torch.detach(" + weight + ")");
    String integers = QuantizeDequantize.weight(code, op, layer.weights(), still);
    return changes
        ? code.let("torch.add(" + weight + ", torch.sub(" + integers + ", " + still + "))")
        : integers;
  }

  private String leaf(Code code, Leaf leaf, boolean differentiated,
      SortedMap<Integer, String> variables) {
    return variable(code, leaf.name(), "q" + numbers.get(leaf.name()), differentiated, variables);
  }

  private String variable(Code code, String name, String argument, boolean differentiated,
      SortedMap<Integer, String> variables) {
    Integer number = numbers.get(name);
    if (!differentiated || number == null) {
      return argument;
    }
    String variable =
        code.let("torch.requires_grad_(torch.detach(" + argument + "), True)");
    variables.put(number, variable);
    return variable;
  }
}
