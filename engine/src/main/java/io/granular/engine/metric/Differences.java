package io.granular.engine.metric;

/**
 * Difference pictures, fast enough to follow a slider. One table lookup per pixel; every result is
 * {@code height * width} opaque {@code 0xAARRGGBB} pixels, row by row.
 */
public final class Differences {
  /** The smallest and the largest gain. */
  public static final double MIN_GAIN = 1;
  public static final double MAX_GAIN = 64;

  private static final int PEAK = 255;
  /** Rec. 709 luma in 256ths. */
  private static final int RED = 54;
  private static final int GREEN = 183;
  private static final int BLUE = 19;

  private Differences() {}

  /**
   * Where the test picture is brighter (orange) or darker (blue) than the reference, by luma, in
   * {@link ColourMap#BLUE_WHITE_ORANGE}. White is no difference.
   *
   * @param gain 1 to 64; the ends of the map stand for {@link #range} levels
   * @throws IllegalArgumentException if the sizes differ or the gain is out of bounds
   */
  public static int[] signed(RgbImage reference, RgbImage test, double gain) {
    int[] colours = signedColours(gain);
    reference.requireSameSize(test);
    byte[] a = reference.rgb();
    byte[] b = test.rgb();
    int[] argb = new int[reference.pixels()];
    for (int i = 0, at = 0; i < argb.length; i++, at += 3) {
      int luma = RED * ((b[at] & 0xff) - (a[at] & 0xff))
          + GREEN * ((b[at + 1] & 0xff) - (a[at + 1] & 0xff))
          + BLUE * ((b[at + 2] & 0xff) - (a[at + 2] & 0xff));
      // Adding half before shifting rounds to the nearest level.
      argb[i] = colours[PEAK + ((luma + 128) >> 8)];
    }
    return argb;
  }

  /**
   * The largest difference of the three channels, so that a change of hue alone shows as well, in
   * {@link ColourMap#VIRIDIS}. Its first colour is no difference.
   *
   * @param gain 1 to 64; the end of the map stands for {@link #range} levels
   * @throws IllegalArgumentException if the sizes differ or the gain is out of bounds
   */
  public static int[] absolute(RgbImage reference, RgbImage test, double gain) {
    int[] colours = absoluteColours(gain);
    reference.requireSameSize(test);
    byte[] a = reference.rgb();
    byte[] b = test.rgb();
    int[] argb = new int[reference.pixels()];
    for (int i = 0, at = 0; i < argb.length; i++, at += 3) {
      int red = Math.abs((b[at] & 0xff) - (a[at] & 0xff));
      int green = Math.abs((b[at + 1] & 0xff) - (a[at + 1] & 0xff));
      int blue = Math.abs((b[at + 2] & 0xff) - (a[at + 2] & 0xff));
      argb[i] = colours[Math.max(red, Math.max(green, blue))];
    }
    return argb;
  }

  /** The difference, in 8-bit levels, that reaches the end of the map; for a legend. */
  public static double range(double gain) {
    if (!(gain >= MIN_GAIN && gain <= MAX_GAIN)) {
      throw new IllegalArgumentException("The gain of a difference picture goes from "
          + (int) MIN_GAIN + " to " + (int) MAX_GAIN + ", and " + gain + " is outside.");
    }
    return PEAK / gain;
  }

  /** For each difference from -255 to 255. */
  private static int[] signedColours(double gain) {
    double range = range(gain);
    int[] colours = new int[2 * PEAK + 1];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = ColourMap.BLUE_WHITE_ORANGE.argb(0.5 + 0.5 * (i - PEAK) / range);
    }
    return colours;
  }

  /** For each difference from 0 to 255. */
  private static int[] absoluteColours(double gain) {
    double range = range(gain);
    int[] colours = new int[PEAK + 1];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = ColourMap.VIRIDIS.argb(i / range);
    }
    return colours;
  }
}
