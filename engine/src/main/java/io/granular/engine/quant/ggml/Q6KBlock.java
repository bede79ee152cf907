package io.granular.engine.quant.ggml;

/**
 * Q6_K: 16 runs of 16 numbers, {@code x = d * scale * (q - 32)} with signed 8-bit scales. Layout: 128
 * bytes of nibbles, 64 bytes of high bit pairs, 16 scales, {@code d}. Each half of the block has 64
 * bytes of nibbles, low ones first, and 32 bytes of pairs for its four quarters.
 */
record Q6KBlock() implements BlockFormat {
  private static final int HIGH = 128;
  private static final int SCALES = 192;
  private static final int D = 208;

  @Override
  public void dequantize(byte[] bytes, int at, float[] x, int to) {
    float d = Half.get(bytes, at + D);
    for (int quarter = 0; quarter < 8; quarter++) {
      int half = quarter / 4;
      int low = at + half * 64 + quarter % 2 * 32;
      int shift = quarter % 4 / 2 * 4;
      int high = at + HIGH + half * 32;
      int pair = quarter % 4 * 2;
      for (int i = 0; i < 32; i++) {
        float scale = d * bytes[at + SCALES + quarter * 2 + i / 16];
        int code = ((bytes[low + i] >> shift) & 0xf) | (((bytes[high + i] >> pair) & 3) << 4);
        x[to + quarter * 32 + i] = scale * (code - 32);
      }
    }
  }
}
