package io.granular.engine.metric;

/**
 * An error per pixel.
 *
 * @param width pixels
 * @param height pixels
 * @param values {@code height * width} errors from 0 (none) to 1, row by row; not copied
 */
public record ErrorMap(int width, int height, float[] values) {
  public ErrorMap {
    if (width <= 0 || height <= 0 || values.length != Math.multiplyExact(width, height)) {
      throw new IllegalArgumentException("A " + width + "x" + height + " error map needs "
          + (long) width * height + " values, not " + values.length + ".");
    }
  }

  /** The error at column {@code x} and row {@code y}. */
  public float get(int x, int y) {
    return values[y * width + x];
  }

  /** Mean error over all pixels. */
  public double mean() {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
