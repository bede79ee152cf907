package io.granular.engine.quant.ggml;

/**
 * Q4_K: 8 runs of 32 numbers, {@code x = d * scale * q - dmin * min}. Layout: {@code d}, {@code dmin},
 * {@link KScales}, 128 bytes of nibbles, two runs to 32 bytes.
 */
record Q4KBlock() implements BlockFormat {
  private static final int SCALES = 4;
  private static final int CODES = SCALES + KScales.BYTES;

  @Override
  public void dequantize(byte[] bytes, int at, float[] x, int to) {
    float d = Half.get(bytes, at);
    float dmin = Half.get(bytes, at + 2);
    for (int run = 0; run < 8; run++) {
      float scale = d * KScales.scale(bytes, at + SCALES, run);
      float min = dmin * KScales.min(bytes, at + SCALES, run);
      int codes = at + CODES + run / 2 * 32;
      int shift = run % 2 * 4;
      for (int i = 0; i < 32; i++) {
        x[to + run * 32 + i] = scale * ((bytes[codes + i] >> shift) & 0xf) - min;
      }
    }
  }
}
