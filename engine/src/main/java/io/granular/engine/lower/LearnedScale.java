package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.IntegerRange;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.WeightScheme;

/**
 * Step sizes that are learned (Esser et al. 2020, "Learned step size quantization"), as TorchScript text: PyTorch's
 * {@code _fake_quantize_learnable_per_channel_affine}. What is learned is the logarithm of each, so that all move by shares of
 * themselves; zero points stay.
 *
 * <p>A recipe derives step sizes from the extent of the weights it finds. So that there are weights from which it derives the
 * learned ones, a step size is never so large that no weight takes the outermost integers; see
 * {@link io.granular.engine.quant.Representatives}.
 */
final class LearnedScale {
  /** Keeps the outermost weight clear of the tie between two integers. */
  private static final double CLEAR = 1 - 1e-5;

  private LearnedScale() {}

  /**
   * Writes the lines.
   *
   * @param weight name of the weight
   * @param log name of the logarithms, one per row of {@link QuantizeDequantize#view}
   * @param zero name of the zero points, float32, one per row
   * @return name of the weight as its integers mean it, in its own shape
   */
  static String emit(Code code, Op.Matrix op, WeightScheme scheme, String weight, String log,
      String zero) {
    String rows = code.let("torch.reshape(" + weight + ", "
        + QuantizeDequantize.view(op, scheme) + ")");
    IntegerRange range = scheme.integers();
    String scale = scale(code, scheme, rows, log, zero);
    // As Esser et al. weigh it against the weights' gradients; AdamW does not mind, clipping of the whole norm does.
    double factor = 1 / Math.sqrt((double) run(op, scheme) * Math.max(1, range.max()));
    return code.let("torch.reshape(" + emit(code, rows, scale, zero, range, factor) + ", "
        + WeightOnlyKernel.shape(op) + ")");
  }

  /**
   * The same for a matrix and its rows' own step sizes.
   *
   * @param factor of the step sizes' gradients
   */
  static String emit(Code code, String rows, String scale, String zero, IntegerRange range,
      double factor) {
    return code.let("torch._fake_quantize_learnable_per_channel_affine(" + rows + ", " + scale
        + ", " + zero + ", 0, " + range.min() + ", " + range.max() + ", " + Code.number(factor)
        + ")");
  }

  /** Step sizes as they are used; gradients reach {@code log} where they are within bounds. */
  static String scale(Code code, WeightScheme scheme, String rows, String log, String zero) {
    IntegerRange range = scheme.integers();
    String detached = code.let("torch.detach(" + rows + ")");
    String low = code.let("torch.amin(" + detached + ", [1])");
    String high = code.let("torch.amax(" + detached + ", [1])");
    String bound;
    if (scheme.mapping() == Mapping.ASYMMETRIC) {
      bound = code.let("torch.minimum(" + side(code, low, range.min(), "0.5", zero) + ", "
          + side(code, high, range.max(), "-0.5", zero) + ")");
    } else {
      bound = code.let("torch.maximum(torch.div(" + high + ", " + (range.max() - 0.5)
          + "), torch.div(" + low + ", " + (range.min() + 0.5) + "))");
    }
    String learned = code.let("torch.exp(" + log + ")");
    return code.let("torch.clamp_min(torch.minimum(" + learned + ", torch.mul(" + bound + ", "
        + Code.number(CLEAR) + ")), " + Code.number(QuantizeDequantize.EPS) + ")");
  }

  /** Largest step size with which a row's extreme takes an outermost integer; none if zero itself does. */
  private static String side(Code code, String extreme, int integer, String half, String zero) {
    String reach = code.let("torch.rsub(" + zero + ", " + integer + ".0)");
    String step =
        code.let("torch.div(" + extreme + ", torch.add(" + reach + ", " + half + "))");
    return code.let("torch.where(torch.eq(" + reach + ", 0.0), torch.full_like(" + step
        + ", 1.0e30), " + step + ")");
  }

  /** How many weights share a step size. */
  static long run(Op.Matrix op, WeightScheme scheme) {
    return scheme.granularity()
        .runLength(op.rows(), op.columns());
  }
}
