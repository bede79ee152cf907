package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.IntegerRange;
import io.granular.engine.quant.WeightScheme;

/**
 * Weights that take only values their integers can mean, while gradients pass straight through where nothing is clipped
 * (Bengio et al. 2013, "Estimating or propagating gradients through stochastic neurons"): PyTorch's
 * {@code fake_quantize_per_channel_affine}, every run of weights with its own scale being a channel.
 *
 * <p>Scales follow the weights at each call and have no gradient of their own. Symmetric scales are {@code max|w| / qmax}, so
 * that no weight is clipped; {@link io.granular.engine.quant.AffineQuantizer} divides by half a step more, as torchao does,
 * which clips the largest.
 */
record FakeQuantize(WeightScheme scheme) {
  /** Writes the lines; returns the name of the weight in its own shape. */
  String emit(Code code, Op.Matrix op, String weight) {
    String view =
        code.let("torch.reshape(" + weight + ", " + QuantizeDequantize.view(op, scheme) + ")");
    String detached = code.let("torch.detach(" + view + ")");
    String[] qparams = qparams(code, detached);
    return code.let("torch.reshape(" + emit(code, view, qparams[0], qparams[1]) + ", "
        + WeightOnlyKernel.shape(op) + ")");
  }

  /**
   * The same with given scales and zero points, one per row.
   *
   * @param rows name of a matrix
   * @return name of the result
   */
  String emit(Code code, String rows, String scale, String zero) {
    IntegerRange range = scheme.integers();
    return code.let("torch.fake_quantize_per_channel_affine(" + rows + ", " + scale + ", " + zero
        + ", 0, " + range.min() + ", " + range.max() + ")");
  }

  private String[] qparams(Code code, String rows) {
    IntegerRange range = scheme.integers();
    return switch (scheme.mapping()) {
      case SYMMETRIC -> {
        String largest = code.let("torch.amax(torch.abs(" + rows + "), [1])");
        String scale = scale(code, "torch.div(" + largest + ", " + range.max() + ".0)");
        yield new String[]{scale, zeros(code, scale)};
      }
      case SYMMETRIC_NO_CLIPPING_ERR -> {
        String low = code.let(
            "torch.div(torch.neg(torch.amin(" + rows + ", [1])), " + -range.min() + ".0)");
        String high = code.let("torch.div(torch.amax(" + rows + ", [1]), " + range.max() + ".0)");
        String scale = scale(code, "torch.maximum(" + low + ", " + high + ")");
        yield new String[]{scale, zeros(code, scale)};
      }
      case ASYMMETRIC -> {
        String low = code.let("torch.clamp_max(torch.amin(" + rows + ", [1]), 0.0)");
        String high = code.let("torch.clamp_min(torch.amax(" + rows + ", [1]), 0.0)");
        String scale = scale(code,
            "torch.div(torch.sub(" + high + ", " + low + "), " + range.max() + ".0)");
        yield new String[]{scale,
            code.let("torch.to(torch.round(torch.div(torch.neg(" + low + "), " + scale + ")), 3)")};
      }
    };
  }

  private static String scale(Code code, String expression) {
    return code
        .let("torch.clamp_min(" + expression + ", " + Code.number(QuantizeDequantize.EPS) + ")");
  }

  private static String zeros(Code code, String scale) {
    return code.let("torch.zeros_like(" + scale + ", dtype=3)");
  }
}
