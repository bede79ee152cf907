package io.granular.engine.quant.ggml;

/**
 * Q3_K: 16 runs of 16 numbers, {@code x = d * (scale - 32) * q} with 6-bit scales and codes -4 to 3.
 * Layout: 32 bytes of third bits (inverted), 64 bytes of 2-bit codes, 12 bytes of scales, {@code d}.
 */
record Q3KBlock() implements BlockFormat {
  private static final int CODES = 32;
  private static final int SCALES = 96;
  private static final int D = 108;

  @Override
  public void dequantize(byte[] bytes, int at, float[] x, int to) {
    float d = Half.get(bytes, at + D);
    for (int run = 0; run < 16; run++) {
      float scale = d * (scale(bytes, at + SCALES, run) - 32);
      int column = run % 2 * 16;
      int codes = at + CODES + run / 8 * 32 + column;
      int shift = run % 8 / 2 * 2;
      int bit = run / 2;
      for (int i = 0; i < 16; i++) {
        int high = (bytes[at + column + i] >> bit) & 1;
        x[to + run * 16 + i] = scale * (((bytes[codes + i] >> shift) & 3) - (1 - high) * 4);
      }
    }
  }

  /** Low four bits in the first eight bytes, low nibbles first; high two bits in the last four. */
  private static int scale(byte[] bytes, int at, int run) {
    int low = (bytes[at + run % 8] >> (run / 8 * 4)) & 0xf;
    int high = (bytes[at + 8 + run % 4] >> (run / 4 * 2)) & 3;
    return low | (high << 4);
  }
}
