package io.granular.engine.metric;

/**
 * How far one picture is from its reference.
 *
 * @param mse mean squared difference over all pixels and channels, in squared 8-bit levels
 * @param mae mean absolute difference over all pixels and channels, in 8-bit levels
 * @param psnr peak signal-to-noise ratio in dB for a peak of 255; {@link Double#POSITIVE_INFINITY}
 *     if the pictures are identical
 * @param ssim structural similarity, see {@link Ssim}; 1 if identical
 * @param flip mean of the FLIP error, see {@link Flip}; 0 if identical
 */
public record PictureMetrics(double mse, double mae, double psnr, double ssim, double flip) {
  private static final double PEAK = 255;

  /**
   * Measures {@code test} against {@code reference}; MSE, PSNR and SSIM equal scikit-image's.
   *
   * @throws IllegalArgumentException if the sizes differ, or a side is shorter than SSIM's window
   */
  public static PictureMetrics compare(RgbImage reference, RgbImage test) {
    reference.requireSameSize(test);
    byte[] a = reference.rgb();
    byte[] b = test.rgb();
    long squares = 0;
    long absolutes = 0;
    for (int i = 0; i < a.length; i++) {
      int d = (a[i] & 0xff) - (b[i] & 0xff);
      squares += (long) d * d;
      absolutes += Math.abs(d);
    }
    double mse = (double) squares / a.length;
    double mae = (double) absolutes / a.length;
    // A zero error divides to infinity, which is what identical pictures are defined to have.
    double psnr = 10 * Math.log10(PEAK * PEAK / mse);
    return new PictureMetrics(mse, mae, psnr, Ssim.mean(reference, test),
        Flip.map(reference, test).mean());
  }
}
