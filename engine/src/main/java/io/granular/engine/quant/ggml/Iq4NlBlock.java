package io.granular.engine.quant.ggml;

/** IQ4_NL: {@link NonLinear} codes with one scale. Layout: {@code d}, nibbles. */
record Iq4NlBlock() implements BlockFormat {
  private static final int CODES = 2;

  @Override
  public void dequantize(byte[] bytes, int at, float[] x, int to) {
    NonLinear.dequantize(Half.get(bytes, at), bytes, at + CODES, x, to);
  }
}
