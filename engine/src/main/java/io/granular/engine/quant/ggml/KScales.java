package io.granular.engine.quant.ggml;

/**
 * The eight pairs of 6-bit scales and minimums that Q4_K and Q5_K keep in 12 bytes: bytes 0-3 and 4-7
 * hold pairs 0-3 in their low six bits and, in their high two, the high bits of pairs 4-7, whose low
 * four bits are in bytes 8-11.
 */
final class KScales {
  /** Bytes that they take. */
  static final int BYTES = 12;

  private KScales() {}

  static int scale(byte[] bytes, int at, int i) {
    return i < 4 ? bytes[at + i] & 0x3f
        : (bytes[at + 4 + i] & 0xf) | ((bytes[at + i - 4] >> 2) & 0x30);
  }

  static int min(byte[] bytes, int at, int i) {
    return i < 4 ? bytes[at + 4 + i] & 0x3f
        : ((bytes[at + 4 + i] >> 4) & 0xf) | ((bytes[at + i] >> 2) & 0x30);
  }
}
