package io.granular.engine.lower;

import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import java.util.Map;
import java.util.SequencedMap;

/** A network ready to run: compiled, with its weights packed. */
public final class LoweredNetwork implements Evaluation, AutoCloseable {
  private final Script script;
  private final SequencedMap<String, ?> inputs;
  private final Kernel.Cost cost;
  private final Map<String, Kernel> kernels;

  LoweredNetwork(Script script, SequencedMap<String, ?> inputs, Kernel.Cost cost,
      Map<String, Kernel> kernels) {
    this.script = script;
    this.inputs = inputs;
    this.cost = cost;
    this.kernels = kernels;
  }

  /** Bytes of everything packed. */
  public Kernel.Cost cost() {
    return cost;
  }

  /** The kernel of every convolution and linear layer, by module. */
  public Map<String, Kernel> kernels() {
    return kernels;
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
