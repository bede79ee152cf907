package io.granular.engine.metric;

/**
 * FLIP: how visible the difference is to a person who flips between the two pictures (Andersson,
 * Nilsson, Akenine-Möller, Oskarsson, Åström and Fairchild, HPG 2020). This is LDR-FLIP under
 * NVIDIA's default viewing conditions: a 0.7 m wide display of 3840 pixels seen from 0.7 m, 67
 * pixels per degree. Filters are separated as in NVIDIA's implementation, version 1.7.
 */
public final class Flip {
  private static final double COLOUR_EXPONENT = 0.7;
  /** Colour distances below this share of the largest one fill the error range up to the knee. */
  private static final double KNEE_AT = 0.4;
  private static final double KNEE_ERROR = 0.95;
  private static final double MAX_DISTANCE = maxDistance();
  private static final int LEVELS = 256;

  private Flip() {}

  /**
   * The FLIP error of every pixel.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public static ErrorMap map(RgbImage reference, RgbImage test) {
    reference.requireSameSize(test);
    FlipPercept a = FlipPercept.of(reference);
    FlipPercept b = FlipPercept.of(test);
    float[] errors = new float[reference.pixels()];
    for (int i = 0; i < errors.length; i++) {
      double colour = colourDifference(a, b, i);
      double feature = featureDifference(a, b, i);
      errors[i] = (float) Math.min(1, Math.pow(colour, 1 - feature));
    }
    return new ErrorMap(reference.width(), reference.height(), errors);
  }

  /** The map as a heat picture, in 256 steps of magma as NVIDIA's tool paints it. */
  public static RgbImage colour(ErrorMap map) {
    int[] table = ColourMap.MAGMA.table(LEVELS);
    float[] values = map.values();
    byte[] rgb = new byte[Math.multiplyExact(values.length, 3)];
    for (int i = 0; i < values.length; i++) {
      int level = (int) (values[i] * (LEVELS - 1) + 0.5f);
      int argb = table[Math.clamp(level, 0, LEVELS - 1)];
      rgb[3 * i] = (byte) (argb >> 16);
      rgb[3 * i + 1] = (byte) (argb >> 8);
      rgb[3 * i + 2] = (byte) argb;
    }
    return new RgbImage(map.width(), map.height(), rgb);
  }

  private static double colourDifference(FlipPercept a, FlipPercept b, int i) {
    double distance = hyab(a.lightness()[i] - b.lightness()[i], a.redGreen()[i] - b.redGreen()[i],
        a.blueYellow()[i] - b.blueYellow()[i]);
    double knee = KNEE_AT * MAX_DISTANCE;
    return distance < knee
        ? distance * KNEE_ERROR / knee
        : KNEE_ERROR + (distance - knee) / (MAX_DISTANCE - knee) * (1 - KNEE_ERROR);
  }

  private static double featureDifference(FlipPercept a, FlipPercept b, int i) {
    double edges = Math.abs(a.edges()[i] - b.edges()[i]);
    double points = Math.abs(a.points()[i] - b.points()[i]);
    return Math.sqrt(Math.max(edges, points) / Math.sqrt(2));
  }

  /** The HyAB distance, compressed as in the paper's section 4.1. */
  private static double hyab(double lightness, double redGreen, double blueYellow) {
    double chroma = Math.sqrt(redGreen * redGreen + blueYellow * blueYellow);
    return Math.pow(Math.abs(lightness) + chroma, COLOUR_EXPONENT);
  }

  /** Pure green and pure blue are the two colours of sRGB that lie furthest apart. */
  private static double maxDistance() {
    float[] green = new float[3];
    float[] blue = new float[3];
    FlipColour.toHuntLab(0, 1, 0, green);
    FlipColour.toHuntLab(0, 0, 1, blue);
    return hyab(green[0] - blue[0], green[1] - blue[1], green[2] - blue[2]);
  }
}
