package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.IntegerRange;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Quantize-dequantize in fp32 with torchao's arithmetic: the numbers an integer kernel would give, without its speed or
 * size. For schemes that no kernel serves on this machine, and for comparing arithmetic.
 */
public record SimulatedKernel(TensorScheme weights,
    @Nullable ActivationScheme activations) implements Kernel {
  private static final double EPS = 1.1920928955078125e-07;

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
    String input = scheme == null ? x : fakeQuantize(code, layer.op(), scheme, x);
    return code.aten(layer, input, layer.stored("weight"), layer.bias());
  }

  private static String fakeQuantize(Code code, Op.Matrix op, ActivationScheme scheme, String x) {
    boolean perToken =
        scheme.granularity() instanceof Granularity.PerToken && op instanceof Op.Linear;
    String[] range =
        code.letPair("torch.aminmax(" + x + (perToken ? ", dim=-1, keepdim=True)" : ")"));
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
