package io.granular.engine.quant.ggml;

/**
 * The codes of 32 numbers in 16 bytes, the first half of them in the low nibbles and the second half
 * in the high ones, with a fifth bit apart where there is one: bit {@code i} of a little-endian 32-bit
 * word for number {@code i}.
 */
final class Nibbles {
  /** Numbers. */
  static final int COUNT = 32;
  private static final int HALF = COUNT / 2;

  private Nibbles() {}

  /** Low four bits of number {@code i}. */
  static int get(byte[] bytes, int at, int i) {
    return i < HALF ? bytes[at + i] & 0xf : (bytes[at + i - HALF] >> 4) & 0xf;
  }

  /** Five bits of number {@code i}. */
  static int get(byte[] bytes, int high, int at, int i) {
    return get(bytes, at, i) | (((bytes[high + i / 8] >> i % 8) & 1) << 4);
  }

  /**
   * Writes codes.
   *
   * @param codes 0 to 15 or, if their fifth bits go elsewhere, 0 to 31
   */
  static void put(int[] codes, byte[] bytes, int at) {
    for (int i = 0; i < HALF; i++) {
      bytes[at + i] = (byte) ((codes[i] & 0xf) | (codes[i + HALF] << 4));
    }
  }

  /** Writes fifth bits. */
  static void putHigh(int[] codes, byte[] bytes, int at) {
    for (int i = 0; i < COUNT; i += 8) {
      int bits = 0;
      for (int k = 0; k < 8; k++) {
        bits |= ((codes[i + k] >> 4) & 1) << k;
      }
      bytes[at + i / 8] = (byte) bits;
    }
  }
}
