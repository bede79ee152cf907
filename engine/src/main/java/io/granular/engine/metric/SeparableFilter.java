package io.granular.engine.metric;

/**
 * Correlates planes of {@code [height * width]} with a kernel across and a kernel down. Kernels
 * have an odd length; beyond the border the outermost pixel repeats.
 */
record SeparableFilter(int width, int height) {

  /** A new plane; the given one is not changed. */
  float[] apply(float[] plane, float[] across, float[] down) {
    return columns(rows(plane, across), down);
  }

  private float[] rows(float[] plane, float[] kernel) {
    int radius = kernel.length / 2;
    float[] padded = new float[width + 2 * radius];
    float[] result = new float[plane.length];
    for (int y = 0; y < height; y++) {
      int row = y * width;
      for (int x = 0; x < padded.length; x++) {
        padded[x] = plane[row + Math.clamp(x - radius, 0, width - 1)];
      }
      for (int k = 0; k < kernel.length; k++) {
        addScaled(padded, k, kernel[k], result, row);
      }
    }
    return result;
  }

  private float[] columns(float[] plane, float[] kernel) {
    int radius = kernel.length / 2;
    float[] result = new float[plane.length];
    for (int y = 0; y < height; y++) {
      for (int k = 0; k < kernel.length; k++) {
        int from = Math.clamp(y + k - radius, 0, height - 1);
        addScaled(plane, from * width, kernel[k], result, y * width);
      }
    }
    return result;
  }

  /** Whole rows at a time, so that the compiler can vectorize. */
  private void addScaled(float[] from, int fromOffset, float weight, float[] to, int toOffset) {
    for (int x = 0; x < width; x++) {
      to[toOffset + x] += weight * from[fromOffset + x];
    }
  }
}
