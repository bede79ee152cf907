package io.granular.engine.train;

import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A copy of the weights when they were best. */
final class BestWeights implements AutoCloseable {
  private final Torch torch;
  private final SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
  private @Nullable Scope scope;

  BestWeights(Torch torch) {
    this.torch = torch;
  }

  /** Replaces what was kept. */
  void keep(Map<String, Tensor> better) {
    close();
    Scope fresh = torch.scope();
    scope = fresh;
    better.forEach((name, tensor) -> weights.put(name, fresh.of(tensor.floats(), tensor.shape())));
  }

  /** What was kept, by name; empty if nothing was. */
  SequencedMap<String, Tensor> weights() {
    return weights;
  }

  @Override
  public void close() {
    weights.clear();
    if (scope != null) {
      scope.close();
      scope = null;
    }
  }
}
