package io.granular.engine.lower;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Value;
import io.granular.engine.quant.ActivationScheme;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The text of a student's methods. */
final class StudentScript {
  /** One step of training, in place: loss and norm of the gradient. */
  static final String STEP = "step";
  /** The student's result and its loss. */
  static final String EVALUATE = "evaluate";

  private final Graph graph;
  private final Map<String, StudentNetwork.Layer> layers;
  private final List<String> parameters;
  private final Set<String> trained;
  private final AdamW optimizer;
  private final Map<String, Long> sizes;

  /**
   * @param parameters all of them, in the order of the arguments
   * @param trained those that change
   */
  StudentScript(Graph graph, Map<String, StudentNetwork.Layer> layers, List<String> parameters,
      Set<String> trained, AdamW optimizer, Map<String, Long> sizes) {
    this.graph = graph;
    this.layers = layers;
    this.parameters = parameters;
    this.trained = trained;
    this.optimizer = optimizer;
    this.sizes = sizes;
  }

  List<String> methods() {
    return List.of(step(), evaluate());
  }

  private String step() {
    Emitter emitter = Emitter.differentiable(graph, sizes);
    String inputs = begin(emitter, true);
    Code code = emitter.code();
    List<String> leaves = new ArrayList<>();
    List<String> own = new ArrayList<>();
    List<String> gradients = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      if (trained.contains(parameters.get(i))) {
        gradients.add("unchecked_cast(Tensor, g[" + leaves.size() + "])");
        leaves.add("r" + i);
        own.add("p" + i);
      }
    }
    code.line("g = torch.grad([loss], [" + String.join(", ", leaves)
        + "], None, None, False, False)");
    code.line("gs = [" + String.join(", ", gradients) + "]");
    code.line("ps = [" + String.join(", ", own) + "]");
    List<String> state = new ArrayList<>();
    for (String kind : List.of("ms", "vs", "es")) {
      List<String> names = indexed(kind + "_", own.size());
      code.line(kind + " = [" + String.join(", ", names) + "]");
      state.addAll(names);
    }
    String norm = optimizer.emit(code, own.size());
    code.line("return [torch.detach(loss), " + norm + "]");
    return method(code, STEP, inputs + ", target: Tensor, importance: Tensor, h: Tensor", state);
  }

  private String evaluate() {
    Emitter emitter = Emitter.differentiable(graph, sizes);
    String inputs = begin(emitter, false);
    Code code = emitter.code();
    code.line("return [torch.contiguous(y), loss]");
    return method(code, EVALUATE, inputs + ", target: Tensor, importance: Tensor", List.of());
  }

  /** Everything up to the loss. */
  private String begin(Emitter emitter, boolean differentiated) {
    Map<String, ActivationScheme> activations = new HashMap<>();
    layers.forEach((module, layer) -> {
      if (layer.activations() != null) {
        activations.put(module, layer.activations());
      }
    });
    String inputs =
        emitter.beginDifferentiable(code -> weights(code, differentiated), activations);
    graph.nodes().forEach(emitter::emit);
    Value result = graph.outputs().firstEntry().getValue();
    Code code = emitter.code();
    code.line("y = " + emitter.name(result));
    code.line("error = torch.mean(torch.square(torch.sub(y, target)), [1, 2, 3])");
    code.line("loss = torch.mean(torch.mul(error, importance))");
    return inputs;
  }

  /** Parameters as leaves of the gradient, and what the network sees of them. */
  private void weights(Code code, boolean differentiated) {
    Map<String, Node> modules = graph.modules();
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i);
      boolean leaf = differentiated && trained.contains(name);
      String seen = leaf ? "r" + i : "p" + i;
      if (leaf) {
        code.line("r" + i + " = torch.requires_grad_(torch.detach(p" + i + "), True)");
      }
      String module = name.substring(0, name.lastIndexOf('.'));
      StudentNetwork.Layer layer = name.endsWith(".weight") ? layers.get(module) : null;
      Node node = modules.get(module);
      if (layer != null && node != null && node.op() instanceof Op.Matrix op) {
        String integers = QuantizeDequantize.weight(code, op, layer.weights(), "p" + i);
        seen = leaf
            ? code.let("torch.add(" + seen + ", torch.sub(" + integers + ", p" + i + "))")
            : integers;
      }
      entries.add("\"" + name + "\": " + seen);
    }
    code.line("w = {" + String.join(", ", entries) + "}");
  }

  private String method(Code code, String name, String inputs, List<String> state) {
    List<String> tensors = new ArrayList<>(indexed("p", parameters.size()));
    tensors.addAll(state);
    return code.method("def " + name + "(self: __torch__.Net, " + inputs + ", "
        + String.join(", ", tensors.stream().map(t -> t + ": Tensor").toList())
        + ") -> List[Tensor]:");
  }

  private static List<String> indexed(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + i);
    }
    return names;
  }
}
