package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.IntegerRange;
import io.granular.engine.quant.QuantParams;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * {@link SimulatedKernel} with an input range known beforehand.
 *
 * @param activations static
 * @param range of the layer's input, from calibration; null while there is none
 */
public record SimulatedStaticKernel(WeightScheme weights, ActivationScheme activations,
    @Nullable ValueRange range) implements Kernel {
  @Override
  public String id() {
    return "simulated-static";
  }

  @Override
  public boolean simulated() {
    return true;
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
    return new SimulatedKernel(weights, null).cost(op);
  }

  @Override
  public long scratch(Op.Matrix op, long inputs, long outputs) {
    return 8 * inputs;
  }

  @Override
  public void pack(Packer packer, Layer layer, LayerWeights source) {
    new SimulatedKernel(weights, null).pack(packer, layer, source);
  }

  @Override
  public String emit(Code code, Layer layer, String x) {
    ValueRange known = range;
    if (known == null) {
      throw new IllegalStateException(
          layer.module() + " has a static range that was not calibrated");
    }
    IntegerRange integers = activations.integers();
    QuantParams params = known.params(activations.mapping(), integers);
    String arguments = x + ", " + Code.number(params.scale()) + ", " + params.zeroPoint() + ", "
        + integers.min() + ", " + integers.max();
    String input = code.once("fake " + arguments, () -> new String[]{
        code.let("torch.fake_quantize_per_tensor_affine(" + arguments + ")")})[0];
    return code.aten(layer, input, layer.stored("weight"), layer.bias());
  }
}
