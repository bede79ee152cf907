package io.granular.engine.quant.ggml;

/** Half-precision numbers inside blocks, little-endian. */
final class Half {
  private Half() {}

  static float get(byte[] bytes, int at) {
    return Float.float16ToFloat((short) ((bytes[at] & 0xff) | (bytes[at + 1] << 8)));
  }

  /** Rounds half to even; what is too large becomes infinite. */
  static void put(float x, byte[] bytes, int at) {
    short half = Float.floatToFloat16(x);
    bytes[at] = (byte) half;
    bytes[at + 1] = (byte) (half >> 8);
  }
}
