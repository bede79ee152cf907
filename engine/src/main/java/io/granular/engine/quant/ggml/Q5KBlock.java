package io.granular.engine.quant.ggml;

/**
 * Q5_K: {@link Q4KBlock} with fifth bits. Layout: {@code d}, {@code dmin}, {@link KScales}, 32 bytes
 * of fifth bits (bit {@code r} of byte {@code i} for number {@code i} of run {@code r}), 128 bytes of
 * nibbles.
 */
record Q5KBlock() implements BlockFormat {
  private static final int SCALES = 4;
  private static final int HIGH = SCALES + KScales.BYTES;
  private static final int CODES = HIGH + 32;

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
        int high = ((bytes[at + HIGH + i] >> run) & 1) << 4;
        x[to + run * 32 + i] = scale * (((bytes[codes + i] >> shift) & 0xf) | high) - min;
      }
    }
  }
}
