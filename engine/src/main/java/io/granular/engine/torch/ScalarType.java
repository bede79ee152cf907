package io.granular.engine.torch;

/** Element types, with the codes that TorchScript operators take ({@code c10::ScalarType}). */
public enum ScalarType {
  U8(0, 1), I8(1, 1), I16(2, 2), I32(3, 4), I64(4, 8), F16(5, 2), F32(6, 4), F64(7, 8), BOOL(11, 1),
  BF16(15, 2);

  private static final int QINT8 = 12;
  private static final int QUINT8 = 13;

  private final int code;
  private final int bytes;

  ScalarType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /**
   * The type behind a code; quantized types are the integers they hold.
   *
   * @throws IllegalArgumentException for types that Granular never uses
   */
  static ScalarType of(long code) {
    if (code == QINT8) {
      return I8;
    }
    if (code == QUINT8) {
      return U8;
    }
    for (ScalarType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("no element type has the code " + code);
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
