package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.IntegerRange;
import io.granular.engine.quant.IntegerScheme;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.WeightScheme;

/**
 * Quantize-dequantize as TorchScript text, with torchao's arithmetic: what
 * {@link io.granular.engine.quant.AffineQuantizer} computes, on tensors of the script.
 */
final class QuantizeDequantize {
  /** torchao's smallest scale. */
  static final double EPS = 1.1920928955078125e-07;

  private QuantizeDequantize() {}

  /** Writes the lines for a layer's input, with the range of the input itself; returns the name of the result. */
  static String input(Code code, Op.Matrix op, ActivationScheme scheme, String x) {
    return rows(code, scheme, x,
        scheme.granularity() instanceof Granularity.PerToken && op instanceof Op.Linear);
  }

  /** Writes the lines for a layer's weight; returns the name of the result, in the weight's own shape. */
  static String weight(Code code, Op.Matrix op, WeightScheme scheme, String weight) {
    String rows = code.let("torch.reshape(" + weight + ", " + view(op, scheme) + ")");
    return code.let("torch.reshape(" + rows(code, scheme, rows, true) + ", "
        + WeightOnlyKernel.shape(op) + ")");
  }

  /** The shape in which every row of a weight has one scale. */
  static String view(Op.Matrix op, WeightScheme scheme) {
    return switch (scheme.granularity()) {
      case Granularity.PerTensor _ -> "[1, -1]";
      case Granularity.PerAxis _,Granularity.PerToken _ -> "[" + op.rows() + ", -1]";
      case Granularity.PerGroup(int n) -> "[-1, " + n + "]";
    };
  }

  /** @param perRow whether every row of the last axis has a scale of its own, or all numbers share one */
  private static String rows(Code code, IntegerScheme scheme, String x, boolean perRow) {
    String[] range =
        code.letPair("torch.aminmax(" + x + (perRow ? ", dim=-1, keepdim=True)" : ")"));
    IntegerRange integers = scheme.integers();
    int steps = integers.max() - integers.min();
    String scale = switch (scheme.mapping()) {
      case SYMMETRIC -> "torch.div(torch.maximum(torch.neg(" + range[0] + "), " + range[1] + "), "
          + Code.number(steps / 2.0) + ")";
      case SYMMETRIC_NO_CLIPPING_ERR ->
        "torch.maximum(torch.div(" + range[0] + ", " + Code.number(integers.min())
            + "), torch.div(" + range[1] + ", " + Code.number(integers.max()) + "))";
      case ASYMMETRIC ->
        "torch.div(torch.sub(torch.clamp_min(" + range[1] + ", 0.0), torch.clamp_max(" + range[0]
            + ", 0.0)), " + Code.number(steps) + ")";
    };
    String s = code.let("torch.clamp_min(" + scale + ", " + Code.number(EPS) + ")");
    // torchao multiplies by the reciprocal, which may fall on the other side of a tie.
    String rounded =
        code.let("torch.round(torch.mul(" + x + ", torch.reciprocal(" + s + ")))");
    if (scheme.mapping() != Mapping.ASYMMETRIC) {
      String clamped =
          code.let("torch.clamp_(" + rounded + ", " + integers.min() + ", " + integers.max() + ")");
      return code.let("torch.mul_(" + clamped + ", " + s + ")");
    }
    String zero = code.let("torch.rsub(torch.round(torch.div(torch.clamp_max("
        + range[0] + ", 0.0), " + s + ")), " + Code.number(integers.min()) + ")");
    String clamped =
        code.let("torch.clamp_(torch.add_(" + rounded + ", " + zero + "), " + integers.min() + ", "
            + integers.max() + ")");
    return code.let("torch.mul_(torch.sub_(" + clamped + ", " + zero + "), " + s + ")");
  }
}
