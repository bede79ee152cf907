package io.granular.engine.store;

import io.granular.engine.torch.ScalarType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The element types of the safetensors format, in its own order, which is the order of alignment.
 * Those without a {@link ScalarType} may be in a file but cannot be read from it.
 *
 * @see <a href="https://github.com/huggingface/safetensors">safetensors, {@code Dtype}</a>
 */
enum SafetensorsType {
  BOOL(8, ScalarType.BOOL), F4(4, null), F6_E2M3(6, null), F6_E3M2(6, null), U8(8, ScalarType.U8),
  I8(8, ScalarType.I8), F8_E5M2(8, null), F8_E4M3(8, null), F8_E8M0(8, null), F8_E4M3FNUZ(8, null),
  F8_E5M2FNUZ(8, null), I16(16, ScalarType.I16), U16(16, null), F16(16, ScalarType.F16),
  BF16(16, ScalarType.BF16), I32(32, ScalarType.I32), U32(32, null), F32(32, ScalarType.F32),
  C64(64, null), F64(64, ScalarType.F64), I64(64, ScalarType.I64), U64(64, null);

  private final int bits;
  private final @Nullable ScalarType scalar;

  SafetensorsType(int bits, @Nullable ScalarType scalar) {
    this.bits = bits;
    this.scalar = scalar;
  }

  /** Bits per element. */
  int bits() {
    return bits;
  }

  /** What Granular calls it, if it can read it. */
  @Nullable
  ScalarType scalar() {
    return scalar;
  }

  static Optional<SafetensorsType> named(String name) {
    for (SafetensorsType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static SafetensorsType of(ScalarType scalar) {
    for (SafetensorsType type : values()) {
      if (type.scalar == scalar) {
        return type;
      }
    }
    throw new IllegalArgumentException("safetensors has no element type for " + scalar + ".");
  }
}
