package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;
import java.util.stream.IntStream;

/** Smallest and largest number of a tensor. */
final class Extent {
  private static final int CHUNK = 1 << 16;

  private Extent() {}

  /**
   * Of all numbers.
   *
   * @throws IllegalArgumentException if there are none, or one is not finite
   */
  static ValueRange of(float[] x) {
    float[][] extents = IntStream.range(0, Math.ceilDiv(x.length, CHUNK))
        .parallel()
        .mapToObj(chunk -> of(x, chunk * CHUNK, Math.min(x.length, (chunk + 1) * CHUNK)))
        .toArray(float[][]::new);
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (float[] extent : extents) {
      min = Math.min(min, extent[0]);
      max = Math.max(max, extent[1]);
    }
    return new ValueRange(min, max);
  }

  private static float[] of(float[] x, int from, int to) {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      // Math.min and Math.max hand on a NaN, which ValueRange then refuses.
      min = Math.min(min, x[i]);
      max = Math.max(max, x[i]);
    }
    return new float[]{min, max};
  }
}
