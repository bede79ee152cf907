package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.Packing;
import io.granular.engine.quant.QuantizedTensor;
import java.util.ArrayList;
import java.util.List;

/** The unsigned codes of a quantized weight, densely packed in memory and unpacked at each call; see {@link Packing}. */
final class PackedCodes {
  private PackedCodes() {}

  /** Keeps one tensor of bytes per plane. */
  static void pack(Packer packer, Op.Matrix op, QuantizedTensor q) {
    for (Packing.Plane plane : Packing.pack(q)) {
      packer.put("weight" + plane.shift(),
          packer.scope().unsigned(plane.bytes(), op.rows(), plane.bytes().length / op.rows()));
    }
  }

  /** Writes the unpacking; an expression of uint8 codes {@code [rows, columns]}. */
  static String unpack(Code code, Kernel.Layer layer, int bits) {
    String codes = "";
    int shift = 0;
    for (int width : Packing.widths(bits)) {
      String plane = layer.stored("weight" + shift);
      if (width < 8) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < 8; i += width) {
          fields.add(code.let("torch.bitwise_and(torch.bitwise_right_shift(" + plane + ", " + i
              + "), " + ((1 << width) - 1) + ")"));
        }
        String stacked = code.let("torch.stack([" + String.join(", ", fields) + "], -1)");
        plane = code.let("torch.slice(torch.reshape(" + stacked + ", [" + layer.op().rows()
            + ", -1]), 1, 0, " + layer.op().columns() + ")");
      }
      codes = codes.isEmpty() ? plane
          : code.let("torch.bitwise_or(" + codes + ", torch.bitwise_left_shift(" + plane + ", "
              + shift + "))");
      shift += width;
    }
    return codes;
  }
}
