package io.granular.engine.quant.ggml;

/** The 16 values that the codes of IQ4 types stand for, closer together around zero. */
final class NonLinear {
  private static final byte[] VALUES =
      {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

  private NonLinear() {}

  /** Writes {@code d * value} for the 32 nibbles from {@code at} on. */
  static void dequantize(float d, byte[] bytes, int at, float[] x, int to) {
    for (int i = 0; i < Nibbles.COUNT; i++) {
      x[to + i] = d * VALUES[Nibbles.get(bytes, at, i)];
    }
  }
}
