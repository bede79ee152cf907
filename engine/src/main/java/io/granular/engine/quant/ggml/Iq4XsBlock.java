package io.granular.engine.quant.ggml;

/**
 * IQ4_XS: 8 runs of 32 {@link NonLinear} codes, each with a 6-bit scale, {@code d * (scale - 32)}.
 * Layout: {@code d}, 16 bits with the high pairs of the scales, 4 bytes with their low nibbles, 128
 * bytes of nibbles.
 */
record Iq4XsBlock() implements BlockFormat {
  private static final int HIGH = 2;
  private static final int LOW = 4;
  private static final int CODES = 8;

  @Override
  public void dequantize(byte[] bytes, int at, float[] x, int to) {
    float d = Half.get(bytes, at);
    for (int run = 0; run < 8; run++) {
      int low = (bytes[at + LOW + run / 2] >> (run % 2 * 4)) & 0xf;
      int high = (bytes[at + HIGH + run / 4] >> (run % 4 * 2)) & 3;
      NonLinear.dequantize(d * ((low | (high << 4)) - 32), bytes, at + CODES + run * 16, x,
          to + run * 32);
    }
  }
}
