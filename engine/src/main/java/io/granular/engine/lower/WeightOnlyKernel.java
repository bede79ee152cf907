package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Packing;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import java.util.ArrayList;
import java.util.List;

/**
 * Integers in memory, densely packed, widened to floats at each call; the input stays in floating point.
 *
 * <p>Where a whole row shares a scale, the layer multiplies by the integers themselves, which are exact in either type,
 * and scales the result. In groups the weights are scaled first: in fp32, and then rounded to {@code dtype}; of 4 bits
 * and less in {@code dtype}, whose rounding is far below theirs.
 *
 * @param dtype type of the arithmetic, {@code F32} or {@code BF16}
 * @param onednn whether oneDNN multiplies; otherwise aten does
 */
public record WeightOnlyKernel(WeightScheme weights, ScalarType dtype,
    boolean onednn) implements Kernel {
  private static final int COARSE_BITS = 4;

  @Override
  public String id() {
    return "int" + weights.bits() + "-weight-only" + (dtype == ScalarType.BF16 ? "-bf16" : "");
  }

  @Override
  public Cost cost(Op.Matrix op) {
    long scales =
        op.rows() * op.columns() / weights.granularity().runLength(op.rows(), op.columns());
    long perScale = weights.mapping() == Mapping.ASYMMETRIC ? 5 : 4;
    long bias = op.bias() ? op.rows() * 4 : 0;
    return new Cost(Packing.bytes(op.rows(), op.columns(), weights.bits()) + bias,
        scales * perScale);
  }

  @Override
  public long scratch(Op.Matrix op, long inputs, long outputs) {
    // Codes and their fields, then numbers, which oneDNN reorders; aten's convolutions do so twice.
    long copies = onednn ? 2 : op instanceof Op.Conv2d ? 3 : 1;
    long perWeight = (weights.bits() == 8 ? 0 : 2) + copies * dtype.bytes();
    return perWeight * op.rows() * op.columns();
  }

  @Override
  public long breakEven(Op.Matrix op) {
    return widening(dtype, weights.bits());
  }

  /** For weights of so many bits that are widened at each call: bf16 products repay it, fp32 ones cannot. */
  static long widening(ScalarType dtype, int bits) {
    return dtype != ScalarType.BF16 ? Long.MAX_VALUE : bits == 8 ? 300 : 600;
  }

  @Override
  public void pack(Packer packer, Layer layer, LayerWeights source) {
    Op.Matrix op = layer.op();
    QuantizedTensor q = source.quantize(op, weights);
    long groups = q.scale().length;
    packer.put("scale", packer.scope().of(q.scale(), scaleShape(op, groups)));
    if (signed()) {
      packer.put("weight", packer.scope().of(q.q(), op.rows(), op.columns()));
    } else {
      PackedCodes.pack(packer, op, q);
      if (weights.mapping() == Mapping.ASYMMETRIC) {
        packer.put("zero", packer.scope().unsigned(zeros(q), perGroup(groups, op.rows())));
      }
    }
    packer.putBias(layer, source, ScalarType.F32);
  }

  @Override
  public String emit(Code code, Layer layer, String x) {
    Op.Matrix op = layer.op();
    String bias = op.bias() ? code.let(cast(layer.stored("bias"), dtype)) : "None";
    if (!wholeRows(op)) {
      return multiply(code, layer, x, scaled(code, layer), bias);
    }
    String y = code.let(multiply(code, layer, x, centred(code, layer, dtype), "None"));
    String scale = code.let(cast(layer.stored("scale"), dtype));
    if (!op.bias()) {
      return "torch.mul_(" + y + ", " + scale + ")";
    }
    String shaped =
        op instanceof Op.Conv2d ? "torch.reshape(" + bias + ", [1, -1, 1, 1])" : bias;
    return "torch.addcmul(" + shaped + ", " + y + ", " + scale + ")";
  }

  private String multiply(Code code, Layer layer, String x, String weight, String bias) {
    String shaped = code.let("torch.reshape(" + weight + ", " + shape(layer.op()) + ")");
    return onednn ? code.onednn(layer, x, shaped, bias) : code.aten(layer, x, shaped, bias);
  }

  /** The weights of groups, in the type of the arithmetic. */
  private String scaled(Code code, Layer layer) {
    ScalarType wide = weights.bits() <= COARSE_BITS ? dtype : ScalarType.F32;
    String centred = centred(code, layer, wide);
    String scaled =
        code.let("torch.mul_(" + centred + ", " + cast(layer.stored("scale"), wide) + ")");
    return wide == dtype ? scaled : code.let(cast(scaled, dtype));
  }

  /** The integers less their zero point, exact, as {@code [rows, groups, run]} or {@code [1, 1, all]}. */
  private String centred(Code code, Layer layer, ScalarType type) {
    Op.Matrix op = layer.op();
    long run = weights.granularity().runLength(op.rows(), op.columns());
    String shape = run > op.columns() ? "[1, 1, -1]" : "[" + op.rows() + ", -1, " + run + "]";
    if (signed()) {
      return code.let(cast("torch.view(" + layer.stored("weight") + ", " + shape + ")", type));
    }
    String grouped =
        code.let(cast(
            "torch.reshape(" + PackedCodes.unpack(code, layer, weights.bits()) + ", " + shape + ")",
            type));
    String zero = weights.mapping() == Mapping.ASYMMETRIC ? cast(layer.stored("zero"), type)
        : Code.number(-weights.integers().min());
    return code.let("torch.sub_(" + grouped + ", " + zero + ")");
  }

  private static String cast(String expression, ScalarType type) {
    return "torch.to(" + expression + ", " + type.code() + ")";
  }

  /** 8-bit symmetric integers are kept signed: they widen in one step. */
  private boolean signed() {
    return weights.bits() == 8 && weights.mapping() != Mapping.ASYMMETRIC;
  }

  /** Whether rows, or the whole weight, share one scale, so that the result can be scaled instead. */
  private boolean wholeRows(Op.Matrix op) {
    return weights.granularity().runLength(op.rows(), op.columns()) >= op.columns();
  }

  /** Zero points as codes, which fit a byte. */
  private static byte[] zeros(QuantizedTensor q) {
    byte[] zeros = new byte[q.zeroPoint().length];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = (byte) (q.zeroPoint()[i] - q.scheme().integers().min());
    }
    return zeros;
  }

  /** Ready to multiply either the weights {@code [rows, groups, run]} or the result. */
  private long[] scaleShape(Op.Matrix op, long groups) {
    if (!wholeRows(op)) {
      return perGroup(groups, op.rows());
    }
    return op instanceof Op.Conv2d ? new long[]{1, groups, 1, 1} : new long[]{groups};
  }

  private static long[] perGroup(long groups, long rows) {
    return groups == 1 ? new long[]{1, 1, 1} : new long[]{rows, groups / rows, 1};
  }

  static String shape(Op.Matrix op) {
    return switch (op) {
      case Op.Linear l -> List.of(l.out(), l.in()).toString();
      case Op.Conv2d c -> List.of(c.out(), c.in(), c.kernel(), c.kernel()).toString();
    };
  }
}
