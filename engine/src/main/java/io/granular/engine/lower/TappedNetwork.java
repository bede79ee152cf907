package io.granular.engine.lower;

import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * A network that shows what its layers compute on. It runs in parts, after each of which the watched tensors are shown
 * and freed; its results are those of the same network run in one piece.
 */
public final class TappedNetwork implements AutoCloseable {
  private final Torch torch;
  private final Script script;
  private final SequencedMap<String, ?> inputs;
  private final List<TapEmitter.Part> parts;

  TappedNetwork(Torch torch, Script script, SequencedMap<String, ?> inputs,
      List<TapEmitter.Part> parts) {
    this.torch = torch;
    this.script = script;
    this.inputs = inputs;
    this.parts = parts;
  }

  /**
   * Evaluates the network.
   *
   * @param scope owner of the results
   * @param arguments by diffusers' argument name, all that the graph has
   * @param tap is shown the watched layers' tensors, in the order the layers run within each part
   * @return float32 results by name
   * @throws IllegalArgumentException naming a missing or an unknown argument
   */
  public Map<String, Tensor> run(Scope scope, Map<String, Tensor> arguments, Tap tap) {
    if (!arguments.keySet().equals(inputs.keySet())) {
      throw new IllegalArgumentException(
          "the network takes " + inputs.keySet() + ", not " + arguments.keySet());
    }
    Object[] handed = inputs.keySet().stream().map(arguments::get).toArray();
    Scope held = torch.scope();
    try {
      for (int i = 0; i < parts.size(); i++) {
        TapEmitter.Part part = parts.get(i);
        boolean last = i == parts.size() - 1;
        Scope next = torch.scope();
        try {
          Map<String, Tensor> results =
              script.tensors(last ? scope : next, part.method(), handed);
          show(part, results, tap);
          if (last) {
            return results;
          }
          handed = parts.get(i + 1).handed().stream().map(results::get).toArray();
        } finally {
          held.close();
          held = next;
        }
      }
      throw new IllegalStateException("a network has at least one part");
    } finally {
      held.close();
    }
  }

  /** The network with one tap, for those who only evaluate it. */
  public Evaluation with(Tap tap) {
    return (scope, arguments) -> run(scope, arguments, tap);
  }

  /** Shows and frees what a part has returned for its watched layers; the rest stays. */
  private static void show(TapEmitter.Part part, Map<String, Tensor> results, Tap tap) {
    try {
      part.inputs()
          .forEach(
              (module, key) -> tap.input(module, Objects.requireNonNull(results.get(key))));
      part.outputs()
          .forEach(
              (module, key) -> tap.output(module, Objects.requireNonNull(results.get(key))));
    } finally {
      results.entrySet().removeIf(result -> {
        boolean shown = part.inputs().containsValue(result.getKey())
            || part.outputs().containsValue(result.getKey());
        if (shown) {
          result.getValue().close();
        }
        return shown;
      });
    }
  }

  @Override
  public void close() {
    script.close();
  }
}
