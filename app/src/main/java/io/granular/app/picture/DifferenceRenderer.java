package io.granular.app.picture;

import io.granular.engine.metric.ColourMap;
import io.granular.engine.metric.Differences;
import io.granular.engine.metric.ErrorMap;
import io.granular.engine.metric.Flip;
import io.granular.engine.metric.RgbImage;
import java.nio.IntBuffer;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import org.jspecify.annotations.Nullable;

/**
 * Paints differences. Keeps the last FLIP map, because moving the gain must not compute it again.
 */
public final class DifferenceRenderer {
  private static final int LEVELS = 256;

  private @Nullable RgbImage lastA;
  private @Nullable RgbImage lastB;
  private @Nullable ErrorMap lastMap;

  /**
   * Paints the difference of two pictures of one size. Takes a while: not for the JavaFX thread.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public synchronized DifferencePicture render(RgbImage a, RgbImage b, Difference settings) {
    int[] argb = switch (settings.kind()) {
      case SIGNED -> Differences.signed(a, b, settings.gain());
      case ABSOLUTE -> Differences.absolute(a, b, settings.gain());
      case FLIP -> colour(flip(a, b), settings.gain());
    };
    int over = settings.threshold() == 0 ? changed(a, b) : maskBelow(a, b, settings, argb);
    PixelBuffer<IntBuffer> pixels = new PixelBuffer<>(a.width(), a.height(), IntBuffer.wrap(argb),
        PixelFormat.getIntArgbPreInstance());
    return new DifferencePicture(new WritableImage(pixels), settings,
        (double) over / argb.length);
  }

  // Known by identity: comparing all pixels would cost more than it saves.
  @SuppressWarnings("ReferenceEquality")
  private ErrorMap flip(RgbImage a, RgbImage b) {
    ErrorMap known = lastMap;
    if (known != null && a.equals(lastA) && b.equals(lastB)) {
      return known;
    }
    ErrorMap map = Flip.map(a, b);
    lastA = a;
    lastB = b;
    lastMap = map;
    return map;
  }

  private static int[] colour(ErrorMap map, double gain) {
    int[] table = new int[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      table[i] = ColourMap.MAGMA.argb((double) i / (LEVELS - 1));
    }
    int[] argb = new int[map.values().length];
    for (int i = 0; i < argb.length; i++) {
      argb[i] = table[(int) Math.min(map.values()[i] * gain * (LEVELS - 1) + 0.5, LEVELS - 1)];
    }
    return argb;
  }

  /** Shows A in dim grey where the error is below the threshold; returns how many are above. */
  private int maskBelow(RgbImage a, RgbImage b, Difference settings, int[] argb) {
    float[] flip =
        settings.kind() == Difference.Kind.FLIP ? flip(a, b).values() : new float[0];
    int above = 0;
    for (int i = 0; i < argb.length; i++) {
      double error = flip.length > 0 ? flip[i] : largest(a, b, i);
      if (error >= settings.thresholdValue()) {
        above++;
      } else {
        argb[i] = dimGrey(a, i);
      }
    }
    return above;
  }

  private static int changed(RgbImage a, RgbImage b) {
    int changed = 0;
    for (int i = 0; i < a.width() * a.height(); i++) {
      changed += largest(a, b, i) > 0 ? 1 : 0;
    }
    return changed;
  }

  private static int largest(RgbImage a, RgbImage b, int pixel) {
    int largest = 0;
    for (int at = pixel * 3; at < pixel * 3 + 3; at++) {
      largest = Math.max(largest, Math.abs((a.rgb()[at] & 0xff) - (b.rgb()[at] & 0xff)));
    }
    return largest;
  }

  private static int dimGrey(RgbImage a, int pixel) {
    byte[] rgb = a.rgb();
    int at = pixel * 3;
    int luma =
        (54 * (rgb[at] & 0xff) + 183 * (rgb[at + 1] & 0xff) + 19 * (rgb[at + 2] & 0xff)) >> 8;
    int grey = 24 + luma / 6;
    return 0xff000000 | grey << 16 | grey << 8 | grey;
  }
}
