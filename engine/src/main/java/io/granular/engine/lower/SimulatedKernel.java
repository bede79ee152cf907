package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Quantize-dequantize in fp32 with torchao's arithmetic: the numbers an integer kernel would give, without its speed or
 * size. For schemes that no kernel serves on this machine, and for comparing arithmetic.
 */
public record SimulatedKernel(TensorScheme weights,
    @Nullable ActivationScheme activations) implements Kernel {
  @Override
  public String id() {
    return "simulated";
  }

  @Override
  public boolean simulated() {
    return true;
  }

  @Override
  public ScalarType dtype() {
    return ScalarType.F32;
  }

  @Override
  public Cost cost(Op.Matrix op) {
    return new FloatKernel(ScalarType.F32, false).cost(op);
  }

  @Override
  public long scratch(Op.Matrix op, long inputs, long outputs) {
    return activations == null ? 0 : 8 * inputs;
  }

  @Override
  public void pack(Packer packer, Layer layer, LayerWeights source) {
    Op.Matrix op = layer.op();
    long[] shape = op.parameters().getFirst().shape().stream().mapToLong(Long::longValue).toArray();
    packer.put("weight", packer.scope().of(source.dequantized(op, weights), shape));
    packer.putBias(layer, source, ScalarType.F32);
  }

  @Override
  public String emit(Code code, Layer layer, String x) {
    ActivationScheme scheme = activations;
    String input = scheme == null ? x : QuantizeDequantize.input(code, layer.op(), scheme, x);
    return code.aten(layer, input, layer.stored("weight"), layer.bias());
  }
}
