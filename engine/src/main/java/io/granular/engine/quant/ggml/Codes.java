package io.granular.engine.quant.ggml;

/** Numbers to unsigned codes, rounding as gguf-py does. */
final class Codes {
  private Codes() {}

  /**
   * {@code min(trunc((x - min) * inverse + half), last)} of one block of nibbles, in float32. Where the
   * scale is so small that {@code inverse} is infinite, or so large that the difference is, codes are 0.
   */
  static int[] of(float[] x, int from, float min, float inverse, float half, int last) {
    int[] codes = new int[Nibbles.COUNT];
    for (int i = 0; i < codes.length; i++) {
      float code = (x[from + i] - min) * inverse + half;
      codes[i] = code >= 0 && code < 256 ? Math.min((int) code, last) : 0;
    }
    return codes;
  }
}
