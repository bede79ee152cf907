package io.granular.engine.metric;

import java.util.Arrays;

/**
 * Structural similarity (Wang, Bovik, Sheikh and Simoncelli, IEEE TIP 2004) with the paper's
 * settings: an 11x11 Gaussian window of sigma 1.5, K1 = 0.01, K2 = 0.03, population covariance, and
 * 255 as the data range. Each channel is measured alone and the three are averaged; only windows
 * that lie wholly inside the picture count. This is scikit-image's {@code structural_similarity}
 * with {@code gaussian_weights=True, sigma=1.5, use_sample_covariance=False, channel_axis=-1}.
 */
public final class Ssim {
  private static final int WINDOW = 11;
  private static final double SIGMA = 1.5;
  private static final double C1 = Math.pow(0.01 * 255, 2);
  private static final double C2 = Math.pow(0.03 * 255, 2);

  private Ssim() {}

  /**
   * The mean SSIM index, at most 1.
   *
   * @throws IllegalArgumentException if the sizes differ, or a side is shorter than 11 pixels
   */
  public static double mean(RgbImage reference, RgbImage test) {
    reference.requireSameSize(test);
    if (reference.width() < WINDOW || reference.height() < WINDOW) {
      throw new IllegalArgumentException("SSIM looks through a window of " + WINDOW + "x" + WINDOW
          + " pixels, so it cannot measure a picture of " + reference.width() + "x"
          + reference.height() + ".");
    }
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      sum += channel(plane(reference, c), plane(test, c), reference.width(), reference.height());
    }
    return sum / 3;
  }

  private static double[] plane(RgbImage image, int channel) {
    double[] plane = new double[image.pixels()];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = image.rgb()[3 * i + channel] & 0xff;
    }
    return plane;
  }

  /** The window is separable, so a row of results needs 11 taps down and then 11 taps across. */
  private static double channel(double[] a, double[] b, int width, int height) {
    double[] window = window();
    Moments down = new Moments(width);
    Moments across = new Moments(width - WINDOW + 1);
    double sum = 0;
    for (int y = 0; y + WINDOW <= height; y++) {
      down.clear();
      for (int k = 0; k < WINDOW; k++) {
        down.addPixels(a, b, (y + k) * width, window[k]);
      }
      across.clear();
      for (int k = 0; k < WINDOW; k++) {
        across.addMoments(down, k, window[k]);
      }
      sum += across.similarity();
    }
    return sum / ((double) (width - WINDOW + 1) * (height - WINDOW + 1));
  }

  private static double[] window() {
    double[] window = new double[WINDOW];
    double sum = 0;
    for (int i = 0; i < WINDOW; i++) {
      double x = i - WINDOW / 2;
      window[i] = Math.exp(-x * x / (2 * SIGMA * SIGMA));
      sum += window[i];
    }
    for (int i = 0; i < WINDOW; i++) {
      window[i] /= sum;
    }
    return window;
  }

  /** One row of weighted sums of a, b, a*a, b*b and a*b. */
  private record Moments(double[] a, double[] b, double[] aa, double[] bb, double[] ab) {
    Moments(int length) {
      this(new double[length], new double[length], new double[length], new double[length],
          new double[length]);
    }

    void clear() {
      for (double[] row : new double[][]{a, b, aa, bb, ab}) {
        Arrays.fill(row, 0);
      }
    }

    void addPixels(double[] planeA, double[] planeB, int offset, double weight) {
      for (int x = 0; x < a.length; x++) {
        double pa = planeA[offset + x];
        double pb = planeB[offset + x];
        a[x] += weight * pa;
        b[x] += weight * pb;
        aa[x] += weight * (pa * pa);
        bb[x] += weight * (pb * pb);
        ab[x] += weight * (pa * pb);
      }
    }

    void addMoments(Moments other, int offset, double weight) {
      addRow(a, other.a, offset, weight);
      addRow(b, other.b, offset, weight);
      addRow(aa, other.aa, offset, weight);
      addRow(bb, other.bb, offset, weight);
      addRow(ab, other.ab, offset, weight);
    }

    private static void addRow(double[] to, double[] from, int offset, double weight) {
      for (int x = 0; x < to.length; x++) {
        to[x] += weight * from[offset + x];
      }
    }

    /** Sum of the SSIM index over the row. */
    double similarity() {
      double sum = 0;
      for (int x = 0; x < a.length; x++) {
        double product = a[x] * b[x];
        double squares = a[x] * a[x] + b[x] * b[x];
        double covariance = ab[x] - product;
        double variances = aa[x] + bb[x] - squares;
        sum += (2 * product + C1) * (2 * covariance + C2)
            / ((squares + C1) * (variances + C2));
      }
      return sum;
    }
  }
}
