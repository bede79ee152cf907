package io.granular.engine.quant.ggml;

/**
 * Q4_0 and Q5_0: {@code x = d * (q - 2^(bits-1))}, {@code d} in half precision, chosen so that the
 * number of largest magnitude is the lowest code. Layout: {@code d}, the fifth bits if any, nibbles.
 *
 * @param bits 4 or 5
 */
record CenteredBlock(int bits) implements BlockFormat.Writable {
  private static final int HIGH = 2;

  @Override
  public void dequantize(byte[] bytes, int at, float[] x, int to) {
    float d = Half.get(bytes, at);
    int zero = zero();
    for (int i = 0; i < Nibbles.COUNT; i++) {
      int code = bits == 4 ? Nibbles.get(bytes, nibbles(at), i)
          : Nibbles.get(bytes, at + HIGH, nibbles(at), i);
      x[to + i] = d * (code - zero);
    }
  }

  @Override
  public void quantize(float[] x, int from, byte[] bytes, int at) {
    float extreme = x[from];
    for (int i = 1; i < Nibbles.COUNT; i++) {
      if (Math.abs(x[from + i]) > Math.abs(extreme)) {
        extreme = x[from + i];
      }
    }
    float d = extreme / -zero();
    float inverse = d == 0 ? 0 : 1 / d;
    int[] codes = Codes.of(x, from, 0, inverse, zero() + 0.5f, 2 * zero() - 1);
    Half.put(d, bytes, at);
    if (bits == 5) {
      Nibbles.putHigh(codes, bytes, at + HIGH);
    }
    Nibbles.put(codes, bytes, nibbles(at));
  }

  private int zero() {
    return 1 << (bits - 1);
  }

  private int nibbles(int at) {
    return at + (bits == 4 ? HIGH : HIGH + Nibbles.COUNT / 8);
  }
}
