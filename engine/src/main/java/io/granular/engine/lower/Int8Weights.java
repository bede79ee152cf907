package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.Packing;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Tensor;

/**
 * The weights of oneDNN's int8 kernels. 8-bit integers are reordered once, when they are packed. Narrower ones of linear
 * layers stay densely packed and are widened to int8 and reordered at each call; those of convolutions are widened once,
 * because reordering them takes longer than multiplying.
 *
 * @param scheme symmetric, a scale per output channel or one for all
 */
record Int8Weights(WeightScheme scheme) {
  /** What libtorch keeps for a layer; more than for others, because finding ranges and quantizing are operators too. */
  static final long RUNTIME = 300 << 10;

  /** Rows that repay reordering narrow weights at each call. */
  private static final long REORDERING = 1200;

  /** What is kept: integers and bias, and the scale and zero point per output channel that oneDNN wants. */
  Kernel.Cost cost(Op.Matrix op) {
    int bits = wide(op) ? 8 : scheme.bits();
    return new Kernel.Cost(Packing.bytes(op.rows(), op.columns(), bits)
        + (op.bias() ? op.rows() * 4 : 0), op.rows() * 8);
  }

  /** Narrow integers while they are widened and reordered at each call. */
  long scratch(Op.Matrix op) {
    return wide(op) ? 0 : 3 * op.rows() * op.columns();
  }

  /**
   * See {@link Kernel#breakEven}.
   *
   * @param overhead products of fp32 that take as long as quantizing the input
   */
  long breakEven(Op.Matrix op, long overhead) {
    long quantizing = overhead / (op.rows() * op.columns());
    return wide(op) ? quantizing : Math.max(quantizing, REORDERING);
  }

  void pack(Packer packer, Kernel.Layer layer, LayerWeights source) {
    Op.Matrix op = layer.op();
    QuantizedTensor q = source.quantize(op, scheme);
    Tensor scale = packer.scope().of(perRow(q.scale(), op.rows()), op.rows());
    if (wide(op) && packer.portable()) {
      packer.put("weight", packer.scope()
          .of(q.q(),
              op.parameters().getFirst().shape().stream().mapToLong(Long::longValue).toArray()));
    } else if (wide(op)) {
      packer.put("weight", switch (op) {
        case Op.Linear l -> packer.tools()
            .int8Linear(packer.scope(), packer.scope().of(q.q(), l.out(), l.in()),
                new long[]{layer.rows(), l.in()});
        case Op.Conv2d c -> packer.tools()
            .int8Conv(packer.scope(),
                packer.scope().of(q.q(), c.out(), c.in(), c.kernel(), c.kernel()), scale,
                new long[]{c.stride(), c.stride()}, new long[]{c.padding(), c.padding()},
                layer.input());
      });
    } else {
      PackedCodes.pack(packer, op, q);
    }
    packer.put("scale", scale);
    packer.put("zero", packer.scope().of(new int[Math.toIntExact(op.rows())], op.rows()));
    packer.putBias(layer, source, ScalarType.F32);
  }

  /** Expressions of the reordered weight, its scales and its zero points, as oneDNN's operators take them. */
  String emit(Code code, Kernel.Layer layer) {
    String weight = !wide(layer.op()) ? reordered(code, layer)
        : code.portable() ? prepacked(code, layer) : layer.stored("weight");
    return weight + ", " + layer.stored("scale") + ", " + layer.stored("zero");
  }

  /** Whether every integer takes a byte in memory. */
  boolean wide(Op.Matrix op) {
    return scheme.bits() == 8 || op instanceof Op.Conv2d;
  }

  /** Reordered at each call, for whatever input comes. */
  private static String prepacked(Code code, Kernel.Layer layer) {
    String weight = layer.stored("weight");
    return code.let(switch (layer.op()) {
      case Op.Linear _ -> "ops.onednn.qlinear_prepack(" + weight + ", None)";
      case Op.Conv2d c -> "ops.onednn.qconv_prepack(" + weight + ", " + layer.stored("scale")
          + ", 1.0, 128, " + Code.strideFirst(c) + ", None)";
    });
  }

  private String reordered(Code code, Kernel.Layer layer) {
    String codes = code.let("torch.to(" + PackedCodes.unpack(code, layer, scheme.bits()) + ", 1)");
    String integers = code.let("torch.reshape(torch.sub_(" + codes + ", "
        + -scheme.integers().min() + "), " + WeightOnlyKernel.shape(layer.op()) + ")");
    return code.let("ops.onednn.qlinear_prepack(" + integers + ", [" + layer.rows() + ", "
        + layer.op().columns() + "])");
  }

  private static float[] perRow(float[] scale, long rows) {
    float[] all = new float[Math.toIntExact(rows)];
    for (int i = 0; i < all.length; i++) {
      all[i] = scale[scale.length == 1 ? 0 : i];
    }
    return all;
  }
}
