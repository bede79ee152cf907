package io.granular.engine.report;

import io.granular.engine.metric.Differences;
import io.granular.engine.metric.Flip;
import io.granular.engine.metric.PictureMetrics;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.store.Png;
import java.nio.file.Path;

/**
 * How a side's picture differs from the first side's.
 *
 * @param metrics the numbers
 * @param picture PNG: where it is brighter (orange) or darker (blue), {@link #GAIN} times amplified
 * @param flipMap PNG: FLIP's error, black for none
 */
public record Difference(PictureMetrics metrics, Path picture, Path flipMap) {
  /** Amplification of the difference picture. */
  public static final int GAIN = 8;

  /**
   * Measures {@code test} against {@code reference} and writes both maps.
   *
   * @param folder where {@code difference.png} and {@code flip.png} go
   * @throws IllegalArgumentException if the pictures differ in size
   */
  public static Difference measure(Path reference, Path test, Path folder) {
    RgbImage first = Png.read(reference);
    RgbImage second = Png.read(test);
    PictureMetrics metrics = PictureMetrics.compare(first, second);
    Path picture = folder.resolve("difference.png");
    Path flipMap = folder.resolve("flip.png");
    Png.write(picture, picture(first, Differences.signed(first, second, GAIN)));
    Png.write(flipMap, Flip.colour(Flip.map(first, second)));
    return new Difference(metrics, picture, flipMap);
  }

  /** Whether not a single pixel differs. */
  public boolean identical() {
    return metrics.mse() == 0;
  }

  private static RgbImage picture(RgbImage size, int[] argb) {
    byte[] rgb = new byte[argb.length * 3];
    for (int i = 0; i < argb.length; i++) {
      rgb[3 * i] = (byte) (argb[i] >> 16);
      rgb[3 * i + 1] = (byte) (argb[i] >> 8);
      rgb[3 * i + 2] = (byte) argb[i];
    }
    return new RgbImage(size.width(), size.height(), rgb);
  }
}
