package io.granular.engine.metric;

import java.util.Random;

/** Made-up pictures for tests. */
final class Pictures {
  private Pictures() {}

  static RgbImage plain(int width, int height, int r, int g, int b) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) r;
      rgb[i + 1] = (byte) g;
      rgb[i + 2] = (byte) b;
    }
    return new RgbImage(width, height, rgb);
  }

  static RgbImage noise(int width, int height, long seed) {
    byte[] rgb = new byte[width * height * 3];
    new Random(seed).nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }

  /** A copy with one rectangle painted grey. */
  static RgbImage withPatch(RgbImage image, int x0, int y0, int size, int grey) {
    byte[] rgb = image.rgb().clone();
    for (int y = y0; y < y0 + size; y++) {
      for (int i = (y * image.width() + x0) * 3; i < (y * image.width() + x0 + size) * 3; i++) {
        rgb[i] = (byte) grey;
      }
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }
}
