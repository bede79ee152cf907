package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.IntegerRange;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.QuantParams;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Integer weights times int8 activations on oneDNN, the activations' range known beforehand, so that no input has to be
 * looked through first. Activations travel as unsigned bytes, in 7 bits where {@link Int8DynamicKernel} says why.
 *
 * @param weights symmetric, per output channel or per tensor
 * @param activations 8 bit, static
 * @param range of the layer's input, from calibration; null while there is none
 * @param reduced whether activations are confined to 7 bits
 */
public record Int8StaticKernel(WeightScheme weights, ActivationScheme activations,
    @Nullable ValueRange range, boolean reduced) implements Kernel {
  /** Products of fp32 that take as long as quantizing the input. */
  private static final long QUANTIZING = 4_000_000;

  @Override
  public String id() {
    String integers = weights.bits() == 8 ? "int8" : "w" + weights.bits() + "a8";
    return "onednn-" + integers + "-static" + (reduced ? "-7bit" : "");
  }

  @Override
  public boolean uncalibrated() {
    return range == null;
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
    return 2 * inputs + new Int8Weights(weights).scratch(op);
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
    Codes codes = codes(layer);
    String quantized = codes.scale + ", " + codes.zero;
    String input = layer.op() instanceof Op.Conv2d conv ? code.padded(conv, x) : x;
    String x8 = code.once("u8 " + quantized + " " + input, () -> new String[]{
        code.let("torch.int_repr(torch.quantize_per_tensor(" + input + ", " + quantized
            + ", 13))")})[0];
    String call = x8 + ", " + quantized + ", " + new Int8Weights(weights).emit(code, layer) + ", "
        + layer.bias();
    String tail = ", 1.0, 0, 6, \"none\", " + Code.NO_SCALARS + ", \"\")";
    return switch (layer.op()) {
      case Op.Linear _ -> "ops.onednn.qlinear_pointwise(" + call + tail;
      case Op.Conv2d c ->
        "ops.onednn.qconv2d_pointwise(" + call + ", " + Code.strideFirst(c) + tail;
    };
  }

  /** Literals of the scale and of the zero point in unsigned codes. */
  private Codes codes(Layer layer) {
    ValueRange known = range;
    if (known == null) {
      throw new IllegalStateException(
          layer.module() + " has a static range that was not calibrated");
    }
    IntegerRange integers = IntegerRange.of(reduced ? 7 : 8, activations.mapping());
    QuantParams params = known.params(activations.mapping(), integers);
    int zero = activations.mapping() == Mapping.ASYMMETRIC ? params.zeroPoint()
        : -integers.min();
    return new Codes(Code.number(params.scale()), zero);
  }

  private record Codes(String scale, int zero) {}
}
