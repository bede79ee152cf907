package io.granular.engine.torch;

/** Element types, with the codes that TorchScript operators take ({@code c10::ScalarType}). */
public enum ScalarType {
  U8(0, 1), I8(1, 1), I16(2, 2), I32(3, 4), I64(4, 8), F16(5, 2), F32(6, 4), F64(7, 8), BOOL(11, 1),
  BF16(15, 2);

  private final int code;
  private final int bytes;

  ScalarType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number TorchScript text uses for this type, as in {@code torch.to(x, 15)}. */
  public int code() {
    return code;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }
}
