package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.torch.ScalarType;

/**
 * How one convolution or linear layer is computed. A kernel knows what it keeps in memory, the TorchScript expression
 * that runs it, and what it costs in bytes.
 */
public sealed interface Kernel
    permits FloatKernel, HalfStorageKernel, WeightOnlyKernel, GgufKernel, Int8DynamicKernel,
    Int8StaticKernel, SimulatedKernel, SimulatedStaticKernel,
    TreatedKernel {
  /** Short stable name, e.g. {@code onednn-fp32}; shown to people and written into reports. */
  String id();

  /** Whether it computes by quantize-dequantize in floating point instead of on integers. */
  default boolean simulated() {
    return false;
  }

  /** Whether it waits for its input's range: it can be planned but not packed. */
  default boolean uncalibrated() {
    return false;
  }

  /** Element type in which the layer's input arrives and its result leaves. */
  ScalarType dtype();

  /** What the layer keeps in memory. */
  Cost cost(Op.Matrix op);

  /**
   * Bytes held only while the layer computes, besides its input, its result and what it keeps.
   *
   * @param inputs numbers of its input
   * @param outputs numbers of its result
   */
  long scratch(Op.Matrix op, long inputs, long outputs);

  /**
   * Bytes that libtorch keeps for a layer once it has run: its part of the compiled script, and the machine code that
   * oneDNN makes for its shape. An average, measured.
   */
  default long runtime() {
    return 100 << 10;
  }

  /**
   * Rows of input from which the layer is no slower than in fp32, as {@code bench --layers} measured: what is done once per
   * weight and call must be repaid by the rows. 0 if it is never slower, {@link Long#MAX_VALUE} if it always is.
   */
  default long breakEven(Op.Matrix op) {
    return 0;
  }

  /** Brings the weights into the form this kernel keeps and hands them to the packer. */
  void pack(Packer packer, Layer layer, LayerWeights weights);

  /**
   * Writes the lines that compute the layer.
   *
   * @param x name of the input, of type {@link #dtype}
   * @return an expression of the result
   */
  String emit(Code code, Layer layer, String x);

  /**
   * Bytes kept for one layer.
   *
   * @param weights packed weights and bias
   * @param scales scales and zero points
   */
  record Cost(long weights, long scales) {
    /** Both together. */
    public long total() {
      return weights + scales;
    }

    /** Sum of two costs. */
    public Cost plus(Cost other) {
      return new Cost(weights + other.weights, scales + other.scales);
    }
  }

  /**
   * A layer to be computed.
   *
   * @param module full name within its network
   * @param op its shape
   * @param rows rows of the input seen as a matrix {@code [rows, columns]}, a hint for packing
   * @param input concrete input shape, a hint for packing
   */
  record Layer(String module, Op.Matrix op, long rows, long[] input) {
    /** Expression of a tensor that the packer was given under this suffix. */
    String stored(String suffix) {
      return "w[\"" + module + "." + suffix + "\"]";
    }

    /** The bias as the kernel put it, or TorchScript's {@code None}. */
    String bias() {
      return op.bias() ? stored("bias") : "None";
    }
  }
}
