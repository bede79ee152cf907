package io.granular.engine.store;

import io.granular.engine.quant.GgmlType;
import io.granular.engine.torch.ScalarType;

/** The type of a tensor in a GGUF file, by the numbers of {@code ggml_type}. */
public sealed interface GgufType {
  /** Plain numbers. */
  record Plain(ScalarType scalar) implements GgufType {}

  /** Blocks. */
  record Blocks(GgmlType ggml) implements GgufType {}

  /** One that Granular does not read, or that does not exist. */
  record Other(int id) implements GgufType {}

  /** The type with a number. */
  static GgufType of(int id) {
    return switch (id) {
      case 0 -> new Plain(ScalarType.F32);
      case 1 -> new Plain(ScalarType.F16);
      case 24 -> new Plain(ScalarType.I8);
      case 25 -> new Plain(ScalarType.I16);
      case 26 -> new Plain(ScalarType.I32);
      case 27 -> new Plain(ScalarType.I64);
      case 28 -> new Plain(ScalarType.F64);
      case 30 -> new Plain(ScalarType.BF16);
      default -> {
        for (GgmlType type : GgmlType.values()) {
          if (type.id() == id) {
            yield new Blocks(type);
          }
        }
        yield new Other(id);
      }
    };
  }

  /** Its number. */
  default int id() {
    return switch (this) {
      case Plain(var scalar) -> switch (scalar) {
        case F32 -> 0;
        case F16 -> 1;
        case I8 -> 24;
        case I16 -> 25;
        case I32 -> 26;
        case I64 -> 27;
        case F64 -> 28;
        case BF16 -> 30;
        case U8, BOOL -> throw new IllegalArgumentException("GGUF has no type for " + scalar);
      };
      case Blocks(var ggml) -> ggml.id();
      case Other(int id) -> id;
    };
  }

  /** Its name. */
  default String text() {
    return switch (this) {
      case Plain(var scalar) -> scalar.name();
      case Blocks(var ggml) -> ggml.name();
      case Other(int id) -> "GGML type " + Integer.toUnsignedString(id);
    };
  }

  /**
   * Bytes of so many numbers; -1 if the type is unknown.
   *
   * @param row numbers in the innermost dimension
   * @throws IllegalArgumentException if a row does not divide into blocks
   */
  default long bytes(long elements, long row) {
    return switch (this) {
      case Plain(var scalar) -> Math.multiplyExact(elements, (long) scalar.bytes());
      case Blocks(var ggml) -> row == 0 ? 0 : ggml.bytes(elements / row, row);
      case Other _ -> -1;
    };
  }
}
