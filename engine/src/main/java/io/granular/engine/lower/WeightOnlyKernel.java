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
 * Integers in memory, densely packed, widened to floats at each call; the input stays in floating point. Exact: the layer
 * computes with the dequantized weights in fp32.
 */
public record WeightOnlyKernel(WeightScheme weights) implements Kernel {
  @Override
  public String id() {
    return "int" + weights.bits() + "-weight-only";
  }

  @Override
  public ScalarType dtype() {
    return ScalarType.F32;
  }

  @Override
  public Cost cost(Op.Matrix op) {
    long scales =
        op.rows() * op.columns() / weights.granularity().runLength(op.rows(), op.columns());
    long perScale = weights.mapping() == Mapping.ASYMMETRIC ? 8 : 4;
    long bias = op.bias() ? op.rows() * 4 : 0;
    return new Cost(Packing.bytes(op.rows(), op.columns(), weights.bits()) + bias,
        scales * perScale);
  }

  @Override
  public void pack(Packer packer, Layer layer, LayerWeights source) {
    Op.Matrix op = layer.op();
    QuantizedTensor q = source.quantize(op, weights);
    long groups = q.scale().length;
    long[] perGroup = perGroup(groups, op.rows());
    packer.put("scale", packer.scope().of(q.scale(), perGroup));
    if (signed()) {
      packer.put("weight", packer.scope().of(q.q(), op.rows(), op.columns()));
    } else {
      for (Packing.Plane plane : Packing.pack(q)) {
        packer.put("weight" + plane.shift(),
            packer.scope().unsigned(plane.bytes(), op.rows(), plane.bytes().length / op.rows()));
      }
      if (weights.mapping() == Mapping.ASYMMETRIC) {
        packer.put("zero", packer.scope().of(zeros(q), perGroup));
      }
    }
    packer.putBias(layer, source, ScalarType.F32);
  }

  @Override
  public String emit(Code code, Layer layer, String x) {
    return code.aten(layer, x, dequantize(code, layer), layer.bias());
  }

  /** 8-bit symmetric integers are kept signed: they widen and scale in a single multiplication. */
  private boolean signed() {
    return weights.bits() == 8 && weights.mapping() != Mapping.ASYMMETRIC;
  }

  private String dequantize(Code code, Layer layer) {
    Op.Matrix op = layer.op();
    long run = weights.granularity().runLength(op.rows(), op.columns());
    String shape = run > op.columns() ? "[1, 1, -1]" : "[" + op.rows() + ", -1, " + run + "]";
    String scaled;
    if (signed()) {
      String grouped = code.let("torch.view(" + layer.stored("weight") + ", " + shape + ")");
      scaled = code.let("torch.mul(" + grouped + ", " + layer.stored("scale") + ")");
    } else {
      String grouped =
          code.let("torch.reshape(torch.to(" + codes(code, layer) + ", 6), " + shape + ")");
      String zero = weights.mapping() == Mapping.ASYMMETRIC ? layer.stored("zero")
          : Code.number(-weights.integers().min());
      String centred = code.let("torch.sub_(" + grouped + ", " + zero + ")");
      scaled = code.let("torch.mul_(" + centred + ", " + layer.stored("scale") + ")");
    }
    return code.let("torch.view(" + scaled + ", " + shape(op) + ")");
  }

  /** The unsigned codes {@code [rows, columns]}, unpacked plane by plane; see {@link Packing}. */
  private String codes(Code code, Layer layer) {
    String codes = "";
    int shift = 0;
    for (int width : Packing.widths(weights.bits())) {
      String plane = layer.stored("weight" + shift);
      if (width < 8) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < 8; i += width) {
          fields.add(
              code.let("torch.bitwise_and(torch.bitwise_right_shift(" + plane + ", " + i + "), "
                  + ((1 << width) - 1) + ")"));
        }
        String stacked = code.let("torch.stack([" + String.join(", ", fields) + "], -1)");
        plane = code.let(
            "torch.slice(torch.reshape(" + stacked + ", [" + layer.op().rows() + ", -1]), 1, 0, "
                + layer.op().columns() + ")");
      }
      codes = codes.isEmpty() ? plane
          : code.let("torch.bitwise_or(" + codes + ", torch.bitwise_left_shift(" + plane + ", "
              + shift + "))");
      shift += width;
    }
    return codes;
  }

  private static float[] zeros(QuantizedTensor q) {
    float[] zeros = new float[q.zeroPoint().length];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = q.zeroPoint()[i] - q.scheme().integers().min();
    }
    return zeros;
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
