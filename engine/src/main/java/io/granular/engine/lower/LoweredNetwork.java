package io.granular.engine.lower;

import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A network ready to run: compiled, with its weights packed. */
public final class LoweredNetwork implements Evaluation, AutoCloseable {
  private final Script script;
  private final SequencedMap<String, ?> inputs;
  private final Kernel.Cost cost;
  private final Map<String, Kernel> kernels;
  private final AttentionKernel attention;
  private final SequencedMap<String, List<String>> stored;

  /** @param stored names of what each module keeps in the script */
  LoweredNetwork(Script script, SequencedMap<String, ?> inputs, Kernel.Cost cost,
      Map<String, Kernel> kernels, AttentionKernel attention,
      SequencedMap<String, List<String>> stored) {
    this.script = script;
    this.inputs = inputs;
    this.cost = cost;
    this.kernels = kernels;
    this.attention = attention;
    this.stored = stored;
  }

  /** Bytes of everything packed. */
  public Kernel.Cost cost() {
    return cost;
  }

  /** The kernel of every convolution and linear layer, by module. */
  public Map<String, Kernel> kernels() {
    return kernels;
  }

  /** How attention is computed. */
  public AttentionKernel attention() {
    return attention;
  }

  /** What every module holds, as libtorch says, in the order the modules run. */
  public SequencedMap<String, HeldModule> held() {
    SequencedMap<String, HeldModule> held = new LinkedHashMap<>();
    stored.forEach((module, names) -> {
      SequencedMap<String, HeldModule.Held> tensors = new LinkedHashMap<>();
      for (String name : names) {
        Script.Kept kept = script.kept(name);
        tensors.put(name.substring(module.length()).replaceFirst("^\\.", ""),
            new HeldModule.Held(kept.elements(), kept.type(), kept.opaque()));
      }
      Kernel kernel = kernels.get(module);
      held.put(module, kernel == null ? new HeldModule("aten", false, tensors)
          : new HeldModule(kernel.id(), kernel.simulated(), tensors));
    });
    return held;
  }

  Script script() {
    return script;
  }

  /** Names of what a module keeps. */
  List<String> stored(String module) {
    return stored.getOrDefault(module, List.of());
  }

  @Override
  public Map<String, Tensor> run(Scope scope, Map<String, Tensor> arguments) {
    if (!arguments.keySet().equals(inputs.keySet())) {
      throw new IllegalArgumentException(
          "the network takes " + inputs.keySet() + ", not " + arguments.keySet());
    }
    return script.tensors(scope, "forward", inputs.keySet().stream().map(arguments::get).toArray());
  }

  @Override
  public void close() {
    script.close();
  }
}
