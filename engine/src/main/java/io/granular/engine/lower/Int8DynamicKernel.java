package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Tensor;

/**
 * Integer weights times int8 activations on oneDNN, the activations' range taken from each input.
 *
 * <p>Activations travel as unsigned bytes. Processors without VNNI add pairs of products in 16 bits, which overflows with
 * full 8-bit activations; there the activations are confined to 7 bits, so that no pair can exceed 128 * 256 = 32,768.
 * (PyTorch's {@code reduce_range} is the same remedy.)
 *
 * @param weights symmetric, per output channel or per tensor
 * @param activations 8 bit, dynamic; per token only for linear layers
 * @param reduced whether activations are confined to 7 bits
 */
public record Int8DynamicKernel(WeightScheme weights, ActivationScheme activations,
    boolean reduced) implements Kernel {
  /** Steps between the smallest and the largest code. */
  private static final int FULL_STEPS = 255;
  private static final int REDUCED_STEPS = 127;
  /** Products of fp32 that take as long as finding the input's range and quantizing it. */
  private static final long QUANTIZING = 8_000_000;

  @Override
  public String id() {
    String scale = activations.granularity() instanceof Granularity.PerToken ? "token" : "tensor";
    String integers = weights.bits() == 8 ? "int8" : "w" + weights.bits() + "a8";
    return "onednn-" + integers + "-dynamic-" + scale + (reduced ? "-7bit" : "");
  }

  @Override
  public ScalarType dtype() {
    return ScalarType.F32;
  }

  @Override
  public Cost cost(Op.Matrix op) {
    return new Int8Weights(weights).cost(op);
  }

  @Override
  public long scratch(Op.Matrix op, long inputs, long outputs) {
    // Divided by its scale in fp32, then quantized, then read as plain bytes.
    long perInput = activations.granularity() instanceof Granularity.PerToken ? 6 : 2;
    return perInput * inputs + new Int8Weights(weights).scratch(op);
  }

  @Override
  public long runtime() {
    return Int8Weights.RUNTIME;
  }

  @Override
  public long breakEven(Op.Matrix op) {
    return new Int8Weights(weights).breakEven(op, QUANTIZING);
  }

  @Override
  public void pack(Packer packer, Layer layer, LayerWeights source) {
    new Int8Weights(weights).pack(packer, layer, source);
  }

  @Override
  public String emit(Code code, Layer layer, String x) {
    return switch (layer.op()) {
      case Op.Linear linear -> {
        String[] flat = code.once("rows" + x, () -> new String[]{
            code.let("torch.reshape(" + x + ", [-1, " + linear.in() + "])"),
            code.let("torch.slice(torch.size(" + x + "), 0, -1)")});
        String y = activations.granularity() instanceof Granularity.PerToken
            ? perToken(code, layer, flat[0])
            : perTensor(code, layer, flat[0]);
        yield "torch.reshape(" + y + ", torch.add(" + flat[1] + ", [" + linear.out() + "]))";
      }
      case Op.Conv2d conv -> perTensor(code, layer, code.padded(conv, x));
    };
  }

  /** One scale per row: the row is divided by it before, the result multiplied after. */
  private String perToken(Code code, Layer layer, String x) {
    String[] input = code.once(id() + activations + x, () -> {
      // Twenty times as fast as aminmax along a dimension.
      String min = code.let("torch.amin(" + x + ", [1], True)");
      String max = code.let("torch.amax(" + x + ", [1], True)");
      Codes codes = codes(code, min, max);
      String scaled = code.let("torch.mul(" + x + ", torch.reciprocal(" + codes.scale + "))");
      String x8 = code.let(
          "torch.int_repr(torch.quantize_per_tensor(" + scaled + ", 1.0, " + codes.zero + ", 13))");
      return new String[]{x8, codes.scale, codes.zero};
    });
    String y = code.let("ops.onednn.qlinear_pointwise(" + input[0] + ", 1.0, " + input[2] + ", "
        + new Int8Weights(weights).emit(code, layer) + ", None, 1.0, 0, 6, \"none\", "
        + Code.NO_SCALARS + ", \"\")");
    return code.let(layer.op().bias()
        ? "torch.addcmul(" + layer.stored("bias") + ", " + y + ", " + input[1] + ")"
        : "torch.mul_(" + y + ", " + input[1] + ")");
  }

  private String perTensor(Code code, Layer layer, String x) {
    String[] input = code.once(id() + activations + x, () -> {
      // Over numbers in their memory's order, many times as fast as over a channels-last picture.
      String flat = layer.op() instanceof Op.Conv2d
          ? code.let("torch.reshape(torch.permute(" + x + ", [0, 2, 3, 1]), [-1])")
          : x;
      String[] range = code.letPair("torch.aminmax(" + flat + ")");
      Codes codes = codes(code, range[0], range[1]);
      String zero = activations.mapping() == Mapping.ASYMMETRIC ? codes.zero
          : code.let("torch.full_like(" + codes.scale + ", " + codes.zero + ", dtype=3)");
      String x8 =
          code.let("torch.int_repr(torch.quantize_per_tensor(" + x + ", " + codes.scale + ", "
              + zero + ", 13))");
      return new String[]{x8, codes.scale, zero};
    });
    String call = String.join(", ", input) + ", " + new Int8Weights(weights).emit(code, layer)
        + ", " + layer.bias();
    String tail = ", 1.0, 0, 6, \"none\", " + Code.NO_SCALARS + ", \"\")";
    return code.let(switch (layer.op()) {
      case Op.Linear _ -> "ops.onednn.qlinear_pointwise(" + call + tail;
      case Op.Conv2d c ->
        "ops.onednn.qconv2d_pointwise(" + call + ", " + Code.strideFirst(c) + tail;
    });
  }

  /** Scale and zero point (in unsigned codes) from the extent, as torchao's {@code choose_qparams_affine}. */
  private Codes codes(Code code, String min, String max) {
    int steps = reduced ? REDUCED_STEPS : FULL_STEPS;
    int middle = (steps + 1) / 2;
    return switch (activations.mapping()) {
      case SYMMETRIC -> {
        String extent = code.let("torch.maximum(torch.neg(" + min + "), " + max + ")");
        yield new Codes(scale(code, extent, steps / 2.0), Integer.toString(middle));
      }
      case SYMMETRIC_NO_CLIPPING_ERR -> {
        String low = code.let("torch.div(torch.neg(" + min + "), " + Code.number(middle) + ")");
        String high = code.let("torch.div(" + max + ", " + Code.number(steps - middle) + ")");
        yield new Codes(scale(code, code.let("torch.maximum(" + low + ", " + high + ")"), 1),
            Integer.toString(middle));
      }
      case ASYMMETRIC -> {
        String low = code.let("torch.clamp_max(" + min + ", 0.0)");
        String high = code.let("torch.clamp_min(" + max + ", 0.0)");
        String scale = scale(code, code.let("torch.sub(" + high + ", " + low + ")"), steps);
        yield new Codes(scale,
            code.let("torch.to(torch.round(torch.div(torch.neg(" + low + "), " + scale + ")), 3)"));
      }
    };
  }

  private static String scale(Code code, String extent, double steps) {
    return code.let("torch.clamp_min(torch.div(" + extent + ", " + Code.number(steps) + "), "
        + Code.number(QuantizeDequantize.EPS) + ")");
  }

  /** Expressions of the scale and the zero point. */
  private record Codes(String scale, String zero) {}
}
