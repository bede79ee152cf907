package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.IntegerScheme;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** Weights of which the integers and the bias are already known. */
final class TreatedWeights extends LayerWeights {
  private final QuantizedTensor integers;
  private final float @Nullable [] bias;
  private final Packer packer;

  TreatedWeights(LayerWeights stored, Packer packer, QuantizedTensor integers,
      float @Nullable [] bias) {
    super(stored, packer);
    this.packer = packer;
    this.integers = integers;
    this.bias = bias;
  }

  @Override
  QuantizedTensor quantize(Op.Matrix op, IntegerScheme scheme) {
    if (!scheme.equals(integers.scheme()) || op.rows() != integers.rows()
        || op.columns() != integers.cols()) {
      throw new IllegalArgumentException("treated for " + integers.scheme() + " ["
          + integers.rows() + ", " + integers.cols() + "], asked for " + scheme + " of " + op);
    }
    return integers;
  }

  @Override
  Tensor tensor(String parameter, ScalarType type) {
    if (!parameter.equals("bias") || bias == null) {
      throw new IllegalArgumentException("a treated layer has no float " + parameter);
    }
    return packer.convert(packer.scope().of(bias, bias.length), ScalarType.F32, type);
  }
}
