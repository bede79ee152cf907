package io.granular.engine.metric;

/**
 * FLIP's colour spaces. The opponent space is the paper's YCxCz without its constant factors, which
 * linear filters do not see: with X, Y, Z relative to the white D65, the planes hold Y (luminance),
 * X - Y (red-green) and Y - Z (blue-yellow).
 */
final class FlipColour {
  /** sRGB's XYZ of white under D65. */
  private static final double WHITE_X = 0.950428545;
  private static final double WHITE_Z = 1.088900371;
  private static final double DELTA = 6.0 / 29;

  private FlipColour() {}

  /** Fills three planes of {@code [height * width]} from a picture. */
  static void toOpponent(RgbImage image, float[] luminance, float[] redGreen, float[] blueYellow) {
    double[] linear = linearLevels();
    byte[] rgb = image.rgb();
    for (int i = 0; i < luminance.length; i++) {
      double r = linear[rgb[3 * i] & 0xff];
      double g = linear[rgb[3 * i + 1] & 0xff];
      double b = linear[rgb[3 * i + 2] & 0xff];
      double y = relativeY(r, g, b);
      luminance[i] = (float) y;
      redGreen[i] = (float) (relativeX(r, g, b) - y);
      blueYellow[i] = (float) (y - relativeZ(r, g, b));
    }
  }

  /** Replaces opponent planes by L, a, b; colours outside sRGB are clamped on the way. */
  static void opponentToHuntLab(float[] luminance, float[] redGreen, float[] blueYellow) {
    float[] lab = new float[3];
    for (int i = 0; i < luminance.length; i++) {
      double y = luminance[i];
      double x = (y + redGreen[i]) * WHITE_X;
      double z = (y - blueYellow[i]) * WHITE_Z;
      toHuntLab(Math.clamp(3.241003275 * x - 1.537398934 * y - 0.498615861 * z, 0.0, 1.0),
          Math.clamp(-0.969224334 * x + 1.875930071 * y + 0.041554224 * z, 0.0, 1.0),
          Math.clamp(0.055639423 * x - 0.204011202 * y + 1.057148933 * z, 0.0, 1.0), lab);
      luminance[i] = lab[0];
      redGreen[i] = lab[1];
      blueYellow[i] = lab[2];
    }
  }

  /** Linear sRGB, 0-1, to CIELAB with a and b scaled by L / 100: colour counts less in the dark. */
  static void toHuntLab(double r, double g, double b, float[] lab) {
    double x = cubeRoot(relativeX(r, g, b));
    double y = cubeRoot(relativeY(r, g, b));
    double z = cubeRoot(relativeZ(r, g, b));
    double lightness = 116 * y - 16;
    double hunt = 0.01 * lightness;
    lab[0] = (float) lightness;
    lab[1] = (float) (hunt * 500 * (x - y));
    lab[2] = (float) (hunt * 200 * (y - z));
  }

  /** CIELAB's cube root, which is a straight line near black. */
  private static double cubeRoot(double t) {
    return t > DELTA * DELTA * DELTA ? Math.pow(t, 1.0 / 3) : t / (3 * DELTA * DELTA) + 4.0 / 29;
  }

  private static double relativeX(double r, double g, double b) {
    return (10135552 * r + 8788810 * g + 4435075 * b) / (24577794 * WHITE_X);
  }

  private static double relativeY(double r, double g, double b) {
    return (2613072 * r + 8788810 * g + 887015 * b) / 12288897;
  }

  private static double relativeZ(double r, double g, double b) {
    return (1425312 * r + 8788810 * g + 70074185 * b) / (73733382 * WHITE_Z);
  }

  /** The 256 levels of 8-bit sRGB as linear light, 0-1. */
  private static double[] linearLevels() {
    double[] levels = new double[256];
    for (int i = 0; i < levels.length; i++) {
      double c = i / 255.0;
      levels[i] = c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
    return levels;
  }
}
