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

  /** Number of pixels. */
  int pixels() {
    return width * height;
  }

  /** Guards every metric: a picture is the reference, {@code test} is what it is compared with. */
  void requireSameSize(RgbImage test) {
    if (width != test.width || height != test.height) {
      throw new IllegalArgumentException("Pictures can only be compared at the same size: the"
          + " reference is " + width + "x" + height + " pixels and the other picture is "
          + test.width + "x" + test.height + ".");
    }
  }
}
