package io.granular.engine.lower;

import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import java.util.Map;

/** A network as its users see it. */
@FunctionalInterface
public interface Evaluation {
  /**
   * Evaluates the network.
   *
   * @param scope owner of the results
   * @param arguments by diffusers' argument name, all that the graph has
   * @return float32 results by name
   * @throws IllegalArgumentException naming a missing or an unknown argument
   */
  Map<String, Tensor> run(Scope scope, Map<String, Tensor> arguments);
}
