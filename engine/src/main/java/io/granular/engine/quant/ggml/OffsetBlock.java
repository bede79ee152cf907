package io.granular.engine.quant.ggml;

/**
 * Q4_1 and Q5_1: {@code x = d * q + m}, {@code m} the smallest number, both in half precision. Layout:
 * {@code d}, {@code m}, the fifth bits if any, nibbles.
 *
 * @param bits 4 or 5
 */
record OffsetBlock(int bits) implements BlockFormat.Writable {
  private static final int OFFSET = 2;
  private static final int HIGH = 4;

  @Override
  public void dequantize(byte[] bytes, int at, float[] x, int to) {
    float d = Half.get(bytes, at);
    float m = Half.get(bytes, at + OFFSET);
    for (int i = 0; i < Nibbles.COUNT; i++) {
      int code = bits == 4 ? Nibbles.get(bytes, nibbles(at), i)
          : Nibbles.get(bytes, at + HIGH, nibbles(at), i);
      x[to + i] = d * code + m;
    }
  }

  @Override
  public void quantize(float[] x, int from, byte[] bytes, int at) {
    float min = x[from];
    float max = x[from];
    for (int i = 1; i < Nibbles.COUNT; i++) {
      min = Math.min(min, x[from + i]);
      max = Math.max(max, x[from + i]);
    }
    int last = (1 << bits) - 1;
    float d = (max - min) / last;
    float inverse = d == 0 ? 0 : 1 / d;
    int[] codes = Codes.of(x, from, min, inverse, 0.5f, last);
    Half.put(d, bytes, at);
    Half.put(min, bytes, at + OFFSET);
    if (bits == 5) {
      Nibbles.putHigh(codes, bytes, at + HIGH);
    }
    Nibbles.put(codes, bytes, nibbles(at));
  }

  private int nibbles(int at) {
    return at + (bits == 4 ? HIGH : HIGH + Nibbles.COUNT / 8);
  }
}
