package io.granular.app.fake;

import io.granular.engine.metric.RgbImage;
import java.util.SplittableRandom;

/** A fox's face on a blue ground, drawn by distance functions; noisier for coarser recipes. */
final class FakePicture {
  private static final int[] GROUND = {68, 108, 205};
  private static final int[] FUR = {244, 134, 40};
  private static final int[] CREAM = {252, 220, 180};
  private static final int[] DARK = {58, 46, 60};

  private FakePicture() {}

  /**
   * @param done share of the denoising, 0 to 1
   * @param coarseness of the recipe: levels by which colours are off
   */
  static RgbImage draw(int width, int height, long seed, double done, double coarseness) {
    byte[] rgb = new byte[width * height * 3];
    SplittableRandom noise = new SplittableRandom(seed);
    SplittableRandom error = new SplittableRandom(seed ^ 77);
    double tilt = (seed % 17 - 8) / 200.0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double u = (x + 0.5) / width * 2 - 1;
        double v = (y + 0.5) / height * 2 - 1;
        double[] colour = fox(u + tilt * v, v);
        double wave = Math.sin(u * 9 + v * 5) * Math.cos(v * 11 - u * 3);
        for (int c = 0; c < 3; c++) {
          double random = noise.nextDouble() * 255;
          double off = coarseness * (wave * 0.8 + (error.nextDouble() - 0.5) * 1.6);
          double value = random * (1 - done) + (colour[c] + off * done) * done;
          rgb[(y * width + x) * 3 + c] = (byte) Math.clamp(Math.round(value), 0, 255);
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private static double[] fox(double u, double v) {
    double a = Math.abs(u);
    double[] colour = shade(GROUND, 1.06 - 0.12 * v);
    double ear =
        Math.max(Math.abs(a - 0.42) - 0.30 + (v < -0.2 ? (-0.2 - v) * 0.52 : 0), -0.86 - v);
    colour = mix(colour, shade(v < -0.58 ? DARK : FUR, 1.05 + u * 0.1), v < 0 ? -ear : -1);
    double inner = Math.abs(a - 0.43) - 0.15 + (v < -0.1 ? (-0.1 - v) * 0.5 : 0);
    colour = mix(colour, shade(new int[]{240, 84, 44}, 1), v < 0 && v > -0.56 ? -inner : -1);
    double head = Math.hypot(u / 0.78, (v - 0.12) / 0.66) - 1;
    colour = mix(colour, shade(FUR, 1.1 - 0.22 * v + 0.08 * u), -head);
    double cheek = Math.hypot(u / 0.8, (v - 0.52) / 0.42) - 1;
    double cut = 0.36 - v + 0.16 * Math.cos(u * 5.5);
    colour = mix(colour, shade(CREAM, 1.08 - 0.2 * v), Math.min(-cheek, Math.min(-head, -cut)));
    colour = mix(colour, shade(DARK, 1), 0.1 - Math.hypot((a - 0.32) / 0.75, v - 0.1));
    colour = mix(colour, shade(DARK, 1), 0.1 - Math.hypot(u, (v - 0.4) * 1.4));
    double mouth = Math.abs(Math.hypot(a - 0.1, v - 0.5) - 0.1) - 0.018;
    return mix(colour, shade(DARK, 1), v > 0.5 ? -mouth : -1);
  }

  private static double[] shade(int[] colour, double light) {
    return new double[]{colour[0] * light, colour[1] * light, colour[2] * light};
  }

  /** {@code inside} is a signed distance, positive inside; its edge is a pixel or two soft. */
  private static double[] mix(double[] below, double[] above, double inside) {
    double cover = Math.clamp(inside / 0.025 + 0.5, 0, 1);
    double[] mixed = new double[3];
    for (int c = 0; c < 3; c++) {
      mixed[c] = below[c] * (1 - cover) + above[c] * cover;
    }
    return mixed;
  }
}
