package io.granular.engine.metric;

/**
 * What the eye makes of one picture, per pixel: colours blurred by the contrast sensitivity of each
 * opponent channel, in Hunt-adjusted CIELAB, and the strength of edges and points. Each array is
 * {@code [height * width]}.
 */
record FlipPercept(float[] lightness, float[] redGreen, float[] blueYellow, float[] edges,
    float[] points) {

  static FlipPercept of(RgbImage image) {
    int n = image.pixels();
    float[] luminance = new float[n];
    float[] redGreen = new float[n];
    float[] blueYellow = new float[n];
    FlipColour.toOpponent(image, luminance, redGreen, blueYellow);

    SeparableFilter filter = new SeparableFilter(image.width(), image.height());
    float[] edges = gradient(filter, luminance, FlipKernels.FIRST_DERIVATIVE);
    float[] points = gradient(filter, luminance, FlipKernels.SECOND_DERIVATIVE);

    luminance = filter.apply(luminance, FlipKernels.LUMINANCE, FlipKernels.LUMINANCE);
    redGreen = filter.apply(redGreen, FlipKernels.RED_GREEN, FlipKernels.RED_GREEN);
    // Blue-yellow sensitivity is the sum of two Gaussians, and only each of them is separable.
    float[] wide =
        filter.apply(blueYellow, FlipKernels.BLUE_YELLOW_WIDE, FlipKernels.BLUE_YELLOW_WIDE);
    float[] narrow =
        filter.apply(blueYellow, FlipKernels.BLUE_YELLOW_NARROW, FlipKernels.BLUE_YELLOW_NARROW);
    for (int i = 0; i < n; i++) {
      blueYellow[i] = wide[i] + narrow[i];
    }
    FlipColour.opponentToHuntLab(luminance, redGreen, blueYellow);
    return new FlipPercept(luminance, redGreen, blueYellow, edges, points);
  }

  /** Length of the vector of both directional derivatives. */
  private static float[] gradient(SeparableFilter filter, float[] plane, float[] derivative) {
    float[] across = filter.apply(plane, derivative, FlipKernels.SMOOTH);
    float[] down = filter.apply(plane, FlipKernels.SMOOTH, derivative);
    for (int i = 0; i < across.length; i++) {
      across[i] = (float) Math.sqrt(across[i] * across[i] + down[i] * down[i]);
    }
    return across;
  }
}
