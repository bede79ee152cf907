package io.granular.engine.quant;

/**
 * The integers a scheme uses, both ends included; torchao's {@code quant_min} and
 * {@code quant_max}.
 *
 * @param min {@code -2^(bits-1)} for the symmetric mappings, 0 for the asymmetric one
 * @param max {@code 2^(bits-1)-1} or {@code 2^bits-1}
 */
public record IntegerRange(int min, int max) {
  /** The range of {@code bits} (2 to 8): signed for symmetric mappings, unsigned for asymmetric. */
  public static IntegerRange of(int bits, Mapping mapping) {
    if (bits < 2 || bits > 8) {
      throw new IllegalArgumentException("integers have 2-8 bits, not " + bits);
    }
    return switch (mapping) {
      case SYMMETRIC, SYMMETRIC_NO_CLIPPING_ERR -> {
        int half = 1 << (bits - 1);
        yield new IntegerRange(-half, half - 1);
      }
      case ASYMMETRIC -> new IntegerRange(0, (1 << bits) - 1);
    };
  }

  /** The integer that a stored byte means; bytes of an unsigned range count from 0 to 255. */
  public int decode(byte stored) {
    return min < 0 ? stored : stored & 0xff;
  }
}
