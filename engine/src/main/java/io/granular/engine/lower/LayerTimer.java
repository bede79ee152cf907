package io.granular.engine.lower;

import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.Arrays;
import java.util.List;

/**
 * Times one layer by itself: the kernel's own lines in a loop inside the script, so that neither Java nor the conversion of
 * the input's memory order is counted.
 */
public final class LayerTimer {
  /** What one timing lasts at least, so that the clock and the call do not matter. */
  private static final double SECONDS = 0.02;
  private static final int ROUNDS = 5;

  private final Torch torch;
  private final PackTools tools;

  public LayerTimer(Torch torch, PackTools tools) {
    this.torch = torch;
    this.tools = tools;
  }

  /**
   * Packs a layer and times it.
   *
   * @param node the convolution or linear layer
   * @param weights where its tensors are
   * @param rows of its input seen as a matrix
   * @param values its input, row-major
   * @param shape of the input, {@code [n, c, h, w]} or {@code [n, tokens, c]}
   * @return seconds per call, the median of some rounds
   */
  public double seconds(Node node, Kernel kernel, TensorSource weights, long rows, float[] values,
      long[] shape) {
    Kernel.Layer layer = new Kernel.Layer(node.module(), (Op.Matrix) node.op(), rows, shape);
    try (Scope scope = torch.scope();
        Script script = Script.compile(List.of(PREPARE, loop(kernel, layer)))) {
      Packer packer = new Packer(tools, scope, script, node.module(), false);
      kernel.pack(packer, layer, new LayerWeights(weights, node, packer, StatisticsSource.NONE));
      Tensor input = script.tensor(scope, "prepare", scope.of(values, shape), shape.length == 4,
          kernel.dtype().code());
      int calls = 1;
      double once = time(script, input, 1);
      while (once * calls < SECONDS) {
        calls *= 2;
        once = time(script, input, calls);
      }
      double[] rounds = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        rounds[i] = time(script, input, calls);
      }
      Arrays.sort(rounds);
      return rounds[ROUNDS / 2];
    }
  }

  private static double time(Script script, Tensor input, int calls) {
    long start = System.nanoTime();
    script.number("loop", input, calls);
    return (System.nanoTime() - start) / 1e9 / calls;
  }

  private static final String PREPARE =
      """
          def prepare(self: __torch__.Net, x: Tensor, picture: bool, type: int) -> Tensor:
            y = torch.to(x, type)
            if picture:
              y = torch.contiguous(y, memory_format=2)
            else:
              pass
            return y
          """;

  private static String loop(Kernel kernel, Kernel.Layer layer) {
    Code code = new Code();
    code.line("w = self.w");
    // Handed on from turn to turn, or the compiler would leave the loop out.
    code.line("y = " + kernel.emit(code, layer, "x"));
    String body = code.method("for i in range(calls):").indent(2).stripTrailing();
    return "def loop(self: __torch__.Net, x: Tensor, calls: int) -> int:\n  y = x\n"
        + body + "\n  return torch.numel(y)\n";
  }
}
