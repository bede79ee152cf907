package io.granular.engine.lower;

import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import io.granular.engine.torch.TorchException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tries the kernels that not every processor has, on numbers chosen to bring out what is known to go wrong. Takes a few
 * milliseconds.
 */
public final class KernelProbe {
  private static final int SIZE = 64;
  private static final double EXACT = 1e-5;
  private static final double BF16 = 2e-2;

  private static final String FLOAT =
      """
          def linear(self: __torch__.Net, x: Tensor, w: Tensor, t: int) -> Tensor:
            p = ops.mkldnn._reorder_linear_weight(torch.to(w, t), torch.size(x, 0))
            y = ops.mkldnn._linear_pointwise(torch.to(x, t), p, None, "none", annotate(List[Optional[number]], []), "")
            return torch.to(y, 6)
          """;
  private static final String INT8 =
      """
          def int8(self: __torch__.Net, x: Tensor, w: Tensor, s: Tensor, z: Tensor) -> Tensor:
            p = ops.onednn.qlinear_prepack(torch.to(w, 1), [torch.size(x, 0), torch.size(x, 1)])
            return ops.onednn.qlinear_pointwise(torch.to(x, 0), 1.0, 0, p, s, z, None, 1.0, 0, 6, "none", annotate(List[Optional[number]], []), "")
          """;

  /**
   * What was found.
   *
   * @param capabilities what may be used
   * @param trials every kernel tried
   */
  public record Report(Capabilities capabilities, List<Trial> trials) {}

  /**
   * One kernel tried.
   *
   * @param kernel what was tried
   * @param works whether it ran and was right
   * @param relativeError largest error over largest value; NaN if it did not run
   * @param note why it is not used; empty if it is
   */
  public record Trial(String kernel, boolean works, double relativeError, String note) {}

  private final Torch torch;
  private final List<Trial> trials = new ArrayList<>();

  private KernelProbe(Torch torch) {
    this.torch = torch;
  }

  /** Runs all trials. */
  public static Report probe(Torch torch) {
    KernelProbe probe = new KernelProbe(torch);
    boolean fp32 = probe.matrix("onednn-fp32", 6, EXACT);
    boolean bf16 = probe.matrix("onednn-bf16", 15, BF16);
    // 127 * 127 fits 16 bits twice, 255 * 127 does not: only processors with VNNI add in 32 bits.
    boolean narrow = probe.integers("onednn-int8-7bit", 127);
    boolean wide = probe.integers("onednn-int8", 255);
    return new Report(new Capabilities(fp32, bf16, narrow, wide), List.copyOf(probe.trials));
  }

  private boolean matrix(String kernel, int type, double tolerance) {
    float[] x = ramp(0.37f);
    float[] w = ramp(0.71f);
    return attempt(kernel, tolerance, product(x, w), FLOAT,
        scope -> new Object[]{scope.of(x, SIZE, SIZE),
            scope.of(w, SIZE, SIZE), type},
        "linear");
  }

  private boolean integers(String kernel, int largest) {
    float[] x = filled(largest);
    float[] w = filled(127);
    return attempt(kernel, EXACT, product(x, w), INT8,
        scope -> new Object[]{scope.of(x, SIZE, SIZE),
            scope.of(w, SIZE, SIZE), scope.of(new float[]{1}, 1), scope.of(new int[]{0}, 1)},
        "int8");
  }

  private boolean attempt(String kernel, double tolerance, float[] expected, String source,
      Arguments arguments,
      String method) {
    try (Script script = Script.compile(List.of(source));
        Scope scope = torch.scope();
        Tensor y = script.tensor(scope, method, arguments.in(scope))) {
      double error = error(expected, y.floats());
      boolean right = error <= tolerance;
      trials.add(
          new Trial(kernel, right, error, right ? "" : "computes wrong numbers on this processor"));
      return right;
    } catch (TorchException e) {
      trials.add(new Trial(kernel, false, Double.NaN, String.valueOf(e.getMessage())));
      return false;
    }
  }

  private interface Arguments {
    Object[] in(Scope scope);
  }

  private static float[] ramp(float step) {
    float[] values = new float[SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * step);
    }
    return values;
  }

  private static float[] filled(float value) {
    float[] values = new float[SIZE * SIZE];
    Arrays.fill(values, value);
    return values;
  }

  /** {@code x * w^T}. */
  private static float[] product(float[] x, float[] w) {
    float[] y = new float[SIZE * SIZE];
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        double sum = 0;
        for (int k = 0; k < SIZE; k++) {
          sum += (double) x[i * SIZE + k] * w[j * SIZE + k];
        }
        y[i * SIZE + j] = (float) sum;
      }
    }
    return y;
  }

  private static double error(float[] expected, float[] actual) {
    double worst = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return worst / largest;
  }
}
