package io.granular.engine.lower;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Value;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * A network whose weights can be trained: in fp32 by aten's own operators, from the same graph as those that only run, with
 * fake quantization where a scheme asks for it.
 */
public final class TrainableNetwork implements AutoCloseable {
  private static final String METHOD = "gradients";

  private final Graph graph;
  private final Scope scope;
  private final Script script;
  private final SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();

  /**
   * Reads the weights and compiles the gradient.
   *
   * @param graph with one result
   * @param weights under diffusers' names, widened to fp32; not needed afterwards
   * @param fake schemes of convolutions and linear layers by module; the others stay as they are
   * @param sizes extents of the graph's symbols
   * @throws IllegalArgumentException if a parameter is missing or has another shape than the graph's
   */
  public TrainableNetwork(Torch torch, Graph graph, TensorSource weights,
      Map<String, WeightScheme> fake, Map<String, Long> sizes) {
    this.graph = graph;
    this.scope = torch.scope();
    try {
      parameters.putAll(MasterWeights.read(scope, graph, weights));
      this.script = Script.compile(List.of(source(fake, sizes)));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /**
   * What one evaluation gives.
   *
   * @param loss mean squared error
   * @param gradients of the loss, by parameter, in the shape of each
   */
  public record Gradients(double loss, SequencedMap<String, Tensor> gradients) {}

  /** The parameters themselves, fp32, by diffusers' name. */
  public SequencedMap<String, Tensor> parameters() {
    return parameters;
  }

  /**
   * Loss and gradients for one batch.
   *
   * @param scope owner of the results
   * @param arguments by name, float32 or int64, made by a scope
   * @param target in the shape of the network's result
   */
  public Gradients gradients(Scope scope, Map<String, Tensor> arguments, Tensor target) {
    List<Tensor> all = new ArrayList<>();
    graph.inputs()
        .keySet()
        .forEach(argument -> all.add(Objects.requireNonNull(arguments.get(argument), argument)));
    all.add(target);
    all.addAll(parameters.values());
    List<Tensor> results = script.differentiate(scope, METHOD, all);
    SequencedMap<String, Tensor> gradients = new LinkedHashMap<>();
    int i = 1;
    for (String name : parameters.keySet()) {
      gradients.put(name, results.get(i++));
    }
    return new Gradients(results.getFirst().floats()[0], gradients);
  }

  private String source(Map<String, WeightScheme> fake, Map<String, Long> sizes) {
    Emitter emitter = Emitter.differentiable(graph, sizes);
    String inputs = emitter.beginDifferentiable(code -> leaves(code, fake), Map.of());
    graph.nodes().forEach(emitter::emit);
    Value result = graph.outputs().firstEntry().getValue();
    Code code = emitter.code();
    code.line("loss = torch.mse_loss(" + emitter.name(result) + ", target)");
    code.line("g = torch.grad([loss], [" + String.join(", ", indexed("r"))
        + "], None, None, False, False)");
    List<String> results = new ArrayList<>(List.of("torch.detach(loss)"));
    for (int i = 0; i < parameters.size(); i++) {
      results.add("torch.contiguous(unchecked_cast(Tensor, g[" + i + "]))");
    }
    code.line("return [" + String.join(", ", results) + "]");
    return code.method("def " + METHOD + "(self: __torch__.Net, " + inputs + ", target: Tensor, "
        + String.join(", ", indexed("p").stream().map(p -> p + ": Tensor").toList())
        + ") -> List[Tensor]:");
  }

  /** Parameters as leaves of the gradient, and what the network sees of them. */
  private void leaves(Code code, Map<String, WeightScheme> fake) {
    Map<String, Node> modules = graph.modules();
    List<String> entries = new ArrayList<>();
    int i = 0;
    for (String name : parameters.keySet()) {
      code.line("r" + i + " = torch.requires_grad_(torch.detach(p" + i + "), True)");
      int dot = name.lastIndexOf('.');
      WeightScheme scheme = name.endsWith(".weight") ? fake.get(name.substring(0, dot)) : null;
      Node node = modules.get(name.substring(0, dot));
      String seen = scheme != null && node != null && node.op() instanceof Op.Matrix op
          ? new FakeQuantize(scheme).emit(code, op, "r" + i)
          : "r" + i;
      entries.add("\"" + name + "\": " + seen);
      i++;
    }
    code.line("w = {" + String.join(", ", entries) + "}");
  }

  private List<String> indexed(String prefix) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      names.add(prefix + i);
    }
    return names;
  }

  @Override
  public void close() {
    script.close();
    scope.close();
  }
}
