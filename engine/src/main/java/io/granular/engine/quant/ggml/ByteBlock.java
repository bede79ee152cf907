package io.granular.engine.quant.ggml;

/**
 * Q8_0: {@code x = d * q} with signed bytes and {@code d = max|x| / 127} in half precision. Layout:
 * {@code d}, 32 bytes.
 */
record ByteBlock() implements BlockFormat.Writable {
  private static final int COUNT = 32;
  private static final int CODES = 2;

  @Override
  public void dequantize(byte[] bytes, int at, float[] x, int to) {
    float d = Half.get(bytes, at);
    for (int i = 0; i < COUNT; i++) {
      x[to + i] = bytes[at + CODES + i] * d;
    }
  }

  @Override
  public void quantize(float[] x, int from, byte[] bytes, int at) {
    float largest = 0;
    for (int i = 0; i < COUNT; i++) {
      largest = Math.max(largest, Math.abs(x[from + i]));
    }
    float d = largest / 127;
    float inverse = d == 0 ? 0 : 1 / d;
    Half.put(d, bytes, at);
    for (int i = 0; i < COUNT; i++) {
      bytes[at + CODES + i] = (byte) round(x[from + i] * inverse);
    }
  }

  /**
   * Half away from zero, which {@code (int) (a + 0.5f)} is not quite: that sum rounds too. 0 if the
   * scale was so small that its inverse is infinite.
   */
  private static int round(float x) {
    float a = Math.abs(x);
    if (!(a < 128)) {
      return 0;
    }
    int floor = (int) a;
    int rounded = floor + (int) (2 * (a - floor));
    return x < 0 ? -rounded : rounded;
  }
}
