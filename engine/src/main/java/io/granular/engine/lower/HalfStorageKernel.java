package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.torch.ScalarType;

/**
 * Weights kept in 16 bits and widened to fp32 at each call: half the memory, fp32 arithmetic. Used for fp16, which no CPU
 * kernel computes in, and for bf16 on processors without bf16 instructions.
 *
 * @param storage {@code F16} or {@code BF16}
 * @param onednn whether oneDNN multiplies; otherwise aten does
 */
public record HalfStorageKernel(ScalarType storage, boolean onednn) implements Kernel {
  @Override
  public String id() {
    return storage == ScalarType.F16 ? "fp16-storage" : "bf16-storage";
  }

  @Override
  public ScalarType dtype() {
    return ScalarType.F32;
  }

  @Override
  public Cost cost(Op.Matrix op) {
    return new Cost(op.rows() * op.columns() * 2 + (op.bias() ? op.rows() * 4 : 0), 0);
  }

  @Override
  public long scratch(Op.Matrix op, long inputs, long outputs) {
    // Widened; oneDNN reorders a convolution's weights twice more, to channels last and into blocks.
    return (op instanceof Op.Conv2d ? 12 : 4) * op.rows() * op.columns();
  }

  @Override
  public long breakEven(Op.Matrix op) {
    return Long.MAX_VALUE;
  }

  @Override
  public void pack(Packer packer, Layer layer, LayerWeights weights) {
    packer.put("weight", weights.tensor("weight", storage));
    packer.putBias(layer, weights, ScalarType.F32);
  }

  @Override
  public String emit(Code code, Layer layer, String x) {
    String weight = code.let("torch.to(" + layer.stored("weight") + ", 6)");
    return onednn ? code.onednn(layer, x, weight, layer.bias())
        : code.aten(layer, x, weight, layer.bias());
  }
}
