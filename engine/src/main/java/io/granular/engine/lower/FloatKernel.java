package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Tensor;
import java.util.Locale;

/**
 * Floating-point arithmetic on weights of the same type, packed once into oneDNN's layout where there is oneDNN.
 *
 * @param dtype {@code F32} or {@code BF16}
 * @param onednn whether weights are prepacked; otherwise aten's own kernels run
 */
public record FloatKernel(ScalarType dtype, boolean onednn) implements Kernel {
  @Override
  public String id() {
    return (onednn ? "onednn-" : "aten-")
        + (dtype == ScalarType.F32 ? "fp32" : dtype.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public Cost cost(Op.Matrix op) {
    return new Cost((op.rows() * op.columns() + (op.bias() ? op.rows() : 0)) * dtype.bytes(), 0);
  }

  @Override
  public long scratch(Op.Matrix op, long inputs, long outputs) {
    return 0;
  }

  @Override
  public void pack(Packer packer, Layer layer, LayerWeights weights) {
    Tensor weight = weights.tensor("weight", dtype);
    if (onednn) {
      weight = switch (layer.op()) {
        case Op.Linear _ -> packer.tools().linear(packer.scope(), weight, layer.rows());
        case Op.Conv2d c -> packer.tools()
            .conv(packer.scope(), weight, new long[]{c.stride(), c.stride()},
                new long[]{c.padding(), c.padding()}, layer.input());
      };
    }
    packer.put("weight", weight);
    packer.putBias(layer, weights, dtype);
  }

  @Override
  public String emit(Code code, Layer layer, String x) {
    if (!onednn) {
      return code.aten(layer, x, layer.stored("weight"), layer.bias());
    }
    return code.onednn(layer, x, layer.stored("weight"), layer.bias());
  }
}
