package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.torch.ScalarType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * GGML blocks in memory, as many bytes as in a GGUF file, widened to floats at each call; the input stays in floating
 * point. The fields of all blocks are kept apart, so that each is one tensor: {@code scale} and {@code min}
 * {@code [rows, blocks, 1]} in fp16, {@code codes} and {@code high} (fifth bits) {@code [rows, blocks, bytes]}.
 *
 * @param type one of {@link GgmlType#writable}
 * @param dtype type of the multiplication, {@code F32} or {@code BF16}
 * @param onednn whether oneDNN multiplies; otherwise aten does
 */
public record GgufKernel(GgmlType type, ScalarType dtype, boolean onednn) implements Kernel {
  private static final int HALF_BYTES = 2;
  private static final int HIGH_BYTES = 4;

  @Override
  public String id() {
    return "gguf-" + type.word() + (dtype == ScalarType.BF16 ? "-bf16" : "");
  }

  @Override
  public Cost cost(Op.Matrix op) {
    long blocks = op.rows() * op.columns() / type.block();
    long scales = blocks * HALF_BYTES * (form().min ? 2 : 1);
    long bias = op.bias() ? op.rows() * 4 : 0;
    return new Cost(type.bytes(op.rows(), op.columns()) - scales + bias, scales);
  }

  @Override
  public long scratch(Op.Matrix op, long inputs, long outputs) {
    // Codes and their fields, then numbers, which oneDNN reorders; aten's convolutions do so twice.
    long copies = onednn ? 2 : op instanceof Op.Conv2d ? 3 : 1;
    long perWeight = (type == GgmlType.Q8_0 ? 0 : 2) + copies * dtype.bytes();
    return perWeight * op.rows() * op.columns();
  }

  @Override
  public long breakEven(Op.Matrix op) {
    return WeightOnlyKernel.widening(dtype, type == GgmlType.Q8_0 ? 8 : form().bits);
  }

  @Override
  public void pack(Packer packer, Layer layer, LayerWeights source) {
    byte[] blocks = source.blocks(layer.op(), type);
    Form form = form();
    int at = 0;
    put(packer, layer.op(), "scale", blocks, at, HALF_BYTES, ScalarType.F16);
    at += HALF_BYTES;
    if (form.min) {
      put(packer, layer.op(), "min", blocks, at, HALF_BYTES, ScalarType.F16);
      at += HALF_BYTES;
    }
    if (form.bits == 5) {
      put(packer, layer.op(), "high", blocks, at, HIGH_BYTES, ScalarType.U8);
      at += HIGH_BYTES;
    }
    put(packer, layer.op(), "codes", blocks, at, type.bytes() - at,
        form.bits == 8 ? ScalarType.I8 : ScalarType.U8);
    packer.putBias(layer, source, ScalarType.F32);
  }

  /** Keeps one field of every block. */
  private void put(Packer packer, Op.Matrix op, String suffix, byte[] blocks, int at, int length,
      ScalarType as) {
    int count = blocks.length / type.bytes();
    byte[] field = new byte[count * length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(blocks, i * type.bytes() + at, field, i * length, length);
    }
    packer.put(suffix, packer.scope()
        .view(MemorySegment.ofArray(field), as, op.rows(), count / op.rows(),
            length / as.bytes()));
  }

  @Override
  public String emit(Code code, Layer layer, String x) {
    String bias = layer.op().bias() ? code.let(cast(layer.stored("bias"), dtype)) : "None";
    String weight = code.let("torch.reshape(" + dequantize(code, layer) + ", "
        + WeightOnlyKernel.shape(layer.op()) + ")");
    return onednn ? code.onednn(layer, x, weight, bias) : code.aten(layer, x, weight, bias);
  }

  /**
   * The weights {@code [rows, blocks, 32]}. Symmetric codes of 4 bits are scaled in the type of the multiplication, whose
   * rounding is far below theirs; finer ones in fp32, and so are those with a minimum, because bf16 would round the block's
   * whole range.
   */
  private String dequantize(Code code, Layer layer) {
    Form form = form();
    ScalarType wide = type == GgmlType.Q4_0 ? dtype : ScalarType.F32;
    String codes = code.let(cast(codes(code, layer, form.bits), wide));
    String scale = cast(layer.stored("scale"), wide);
    String scaled;
    if (form.min) {
      scaled = code.let(
          "torch.add_(torch.mul_(" + codes + ", " + scale + "), " + cast(layer.stored("min"), wide)
              + ")");
    } else {
      String centred = form.bits == 8 ? codes
          : code.let("torch.sub_(" + codes + ", " + (1 << (form.bits - 1)) + ")");
      scaled = code.let("torch.mul_(" + centred + ", " + scale + ")");
    }
    return wide == dtype ? scaled : code.let(cast(scaled, dtype));
  }

  /** The first half of a block's numbers is in the low nibbles, the second in the high ones. */
  private static String codes(Code code, Layer layer, int bits) {
    String stored = layer.stored("codes");
    if (bits == 8) {
      return stored;
    }
    String low = code.let("torch.bitwise_and(" + stored + ", 15)");
    String high = code.let("torch.bitwise_right_shift(" + stored + ", 4)");
    String nibbles = code.let("torch.cat([" + low + ", " + high + "], -1)");
    if (bits == 4) {
      return nibbles;
    }
    List<String> fifth = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      // Bit i, moved to where the fifth bit belongs.
      String moved = i < 4
          ? "torch.bitwise_left_shift(" + layer.stored("high") + ", " + (4 - i) + ")"
          : "torch.bitwise_right_shift(" + layer.stored("high") + ", " + (i - 4) + ")";
      fifth.add(code.let("torch.bitwise_and(" + moved + ", 16)"));
    }
    String bytes = code.let("torch.stack([" + String.join(", ", fifth) + "], -1)");
    return code.let("torch.bitwise_or_(" + nibbles + ", torch.flatten(" + bytes + ", -2))");
  }

  private static String cast(String expression, ScalarType type) {
    return "torch.to(" + expression + ", " + type.code() + ")";
  }

  private Form form() {
    return switch (type) {
      case Q4_0 -> new Form(4, false);
      case Q4_1 -> new Form(4, true);
      case Q5_0 -> new Form(5, false);
      case Q5_1 -> new Form(5, true);
      case Q8_0 -> new Form(8, false);
      case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS ->
        throw new IllegalStateException(type.word() + " is read, not computed with");
    };
  }

  /**
   * What tells the types apart.
   *
   * @param min whether a block has its own smallest number
   */
  private record Form(int bits, boolean min) {}
}
