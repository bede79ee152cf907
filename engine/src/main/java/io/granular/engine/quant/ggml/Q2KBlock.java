package io.granular.engine.quant.ggml;

/**
 * Q2_K: 16 runs of 16 numbers, {@code x = d * scale * q - dmin * min} with 4-bit scales and minimums.
 * Layout: 16 bytes {@code min:scale}, 64 bytes of 2-bit codes, {@code d}, {@code dmin}.
 */
record Q2KBlock() implements BlockFormat {
  private static final int CODES = 16;
  private static final int D = 80;

  @Override
  public void dequantize(byte[] bytes, int at, float[] x, int to) {
    float d = Half.get(bytes, at + D);
    float dmin = Half.get(bytes, at + D + 2);
    for (int run = 0; run < 16; run++) {
      float scale = d * (bytes[at + run] & 0xf);
      float min = dmin * ((bytes[at + run] >> 4) & 0xf);
      // Eight runs share 32 bytes: two of them side by side in each pair of bits.
      int codes = at + CODES + run / 8 * 32 + run % 2 * 16;
      int shift = run % 8 / 2 * 2;
      for (int i = 0; i < 16; i++) {
        x[to + run * 16 + i] = scale * ((bytes[codes + i] >> shift) & 3) - min;
      }
    }
  }
}
