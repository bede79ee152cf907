package io.granular.engine.metric;

/**
 * An 8-bit sRGB picture.
 *
 * @param width pixels
 * @param height pixels
 * @param rgb {@code height * width * 3} bytes, row by row, red first; not copied
 */
public record RgbImage(int width, int height, byte[] rgb) {
  public RgbImage {
    if (width <= 0 || height <= 0
        || rgb.length != Math.multiplyExact(Math.multiplyExact(width, height), 3)) {
      throw new IllegalArgumentException(
          "a " + width + "x" + height + " picture needs " + 3L * width * height + " bytes, not "
              + rgb.length);
    }
  }

  /** Channel {@code c} (0 red, 1 green, 2 blue) at column {@code x} and row {@code y}, 0-255. */
  public int get(int x, int y, int c) {
    return rgb[(y * width + x) * 3 + c] & 0xff;
  }
}
