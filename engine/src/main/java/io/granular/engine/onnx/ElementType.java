package io.granular.engine.onnx;

import io.granular.engine.torch.ScalarType;

/** Element types of ONNX tensors, with their numbers in {@code TensorProto.DataType}. */
public enum ElementType {
  FLOAT(1, 32), UINT8(2, 8), INT8(3, 8), INT32(6, 32), INT64(7, 64), BOOL(9, 8), FLOAT16(10,
      16),
  BFLOAT16(16, 16), UINT4(21, 4), INT4(22, 4);

  private final int code;
  private final int bits;

  ElementType(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  /** The number of the type in the format. */
  int code() {
    return code;
  }

  /** Bytes of so many elements; those of 4 bits lie two to a byte, the first one in the low bits. */
  long bytes(long elements) {
    return Math.ceilDiv(Math.multiplyExact(elements, (long) bits), 8L);
  }

  /**
   * The type of floats.
   *
   * @throws IllegalArgumentException if they are none that networks are kept in
   */
  public static ElementType of(ScalarType type) {
    return switch (type) {
      case F32 -> FLOAT;
      case F16 -> FLOAT16;
      case BF16 -> BFLOAT16;
      case F64, U8, I8, I16, I32, I64, BOOL ->
        throw new IllegalArgumentException("weights are not kept as " + type);
    };
  }
}
