package io.granular.engine.metric;

import java.util.function.DoubleUnaryOperator;

/**
 * FLIP's filters at 67 pixels per degree, one dimension each. Contrast sensitivity is a sum of
 * Gaussians {@code a * sqrt(pi / b) * exp(-pi^2 x^2 / b)} over degrees x, with the paper's a and b
 * per opponent channel; features are found with a Gaussian and its first two derivatives.
 */
final class FlipKernels {
  private static final double PIXELS_PER_DEGREE = 0.7 * 3840 / 0.7 * Math.PI / 180;
  /** The widest b of all channels sets one radius for all of them. */
  private static final double WIDEST = 0.04;
  private static final int SPATIAL_RADIUS =
      (int) Math.ceil(3 * Math.sqrt(WIDEST / (2 * Math.PI * Math.PI)) * PIXELS_PER_DEGREE);
  /** An edge is 0.082 degrees wide. */
  private static final double FEATURE_SIGMA = 0.5 * 0.082 * PIXELS_PER_DEGREE;
  private static final int FEATURE_RADIUS = (int) Math.ceil(3 * FEATURE_SIGMA);

  static final float[] LUMINANCE = scaled(sensitivity(1, 0.0047));
  static final float[] RED_GREEN = scaled(sensitivity(1, 0.0053));
  static final float[] BLUE_YELLOW_WIDE;
  static final float[] BLUE_YELLOW_NARROW;

  static {
    double[] wide = sensitivity(34.1, WIDEST);
    double[] narrow = sensitivity(13.5, 0.025);
    // In two dimensions, both together sum to 1.
    double norm = Math.hypot(sum(wide), sum(narrow));
    BLUE_YELLOW_WIDE = divided(wide, norm);
    BLUE_YELLOW_NARROW = divided(narrow, norm);
  }

  static final float[] SMOOTH = scaled(feature(x -> 1));
  static final float[] FIRST_DERIVATIVE = balanced(feature(x -> -x));
  static final float[] SECOND_DERIVATIVE =
      balanced(feature(x -> x * x / (FEATURE_SIGMA * FEATURE_SIGMA) - 1));

  private FlipKernels() {}

  /** Has the square root of the Gaussian's height: once across and once down give all of it. */
  private static double[] sensitivity(double a, double b) {
    return sample(SPATIAL_RADIUS, pixel -> {
      double degrees = pixel / PIXELS_PER_DEGREE;
      return Math.sqrt(a * Math.sqrt(Math.PI / b))
          * Math.exp(-Math.PI * Math.PI * degrees * degrees / b);
    });
  }

  /** A Gaussian times a polynomial. */
  private static double[] feature(DoubleUnaryOperator polynomial) {
    return sample(FEATURE_RADIUS, x -> polynomial.applyAsDouble(x)
        * Math.exp(-x * x / (2 * FEATURE_SIGMA * FEATURE_SIGMA)));
  }

  private static double[] sample(int radius, DoubleUnaryOperator function) {
    double[] kernel = new double[2 * radius + 1];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = function.applyAsDouble(i - radius);
    }
    return kernel;
  }

  /** Scaled to a sum of 1. */
  private static float[] scaled(double[] kernel) {
    return divided(kernel, sum(kernel));
  }

  private static float[] divided(double[] kernel, double by) {
    float[] result = new float[kernel.length];
    for (int i = 0; i < kernel.length; i++) {
      result[i] = (float) (kernel[i] / by);
    }
    return result;
  }

  /** Scaled so that the positive weights sum to 1 and the negative ones to -1. */
  private static float[] balanced(double[] kernel) {
    double positive = 0;
    double negative = 0;
    for (double weight : kernel) {
      positive += Math.max(weight, 0);
      negative -= Math.min(weight, 0);
    }
    float[] result = new float[kernel.length];
    for (int i = 0; i < kernel.length; i++) {
      result[i] = (float) (kernel[i] / (kernel[i] > 0 ? positive : negative));
    }
    return result;
  }

  private static double sum(double[] kernel) {
    double sum = 0;
    for (double weight : kernel) {
      sum += weight;
    }
    return sum;
  }
}
