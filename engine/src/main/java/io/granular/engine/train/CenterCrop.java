package io.granular.engine.train;

import io.granular.engine.metric.RgbImage;

/**
 * The middle of a picture: the shorter side is scaled to the size that is needed, with a triangle filter as wide as the pixels
 * that one result covers (Pillow's {@code BILINEAR} with antialiasing, as torchvision's {@code Resize}), the rest is cut off.
 */
final class CenterCrop {
  private CenterCrop() {}

  /** As {@code [3, height, width]} in -1..1. */
  static float[] of(RgbImage picture, int width, int height) {
    double factor =
        Math.max((double) width / picture.width(), (double) height / picture.height());
    int scaledWidth = (int) Math.max(width, Math.round(picture.width() * factor));
    int scaledHeight = (int) Math.max(height, Math.round(picture.height() * factor));
    Filter columns = Filter.of(picture.width(), scaledWidth, (scaledWidth - width) / 2, width);
    Filter rows = Filter.of(picture.height(), scaledHeight, (scaledHeight - height) / 2, height);
    int first = rows.from[0];
    int last = rows.from[height - 1] + rows.weights[height - 1].length;
    float[] planes = new float[3 * width * height];
    for (int c = 0; c < 3; c++) {
      float[][] narrow = new float[last - first][width];
      for (int y = first; y < last; y++) {
        for (int x = 0; x < width; x++) {
          double sum = 0;
          float[] weights = columns.weights[x];
          for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * picture.get(columns.from[x] + i, y, c);
          }
          narrow[y - first][x] = (float) sum;
        }
      }
      for (int y = 0; y < height; y++) {
        float[] weights = rows.weights[y];
        for (int x = 0; x < width; x++) {
          double sum = 0;
          for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * narrow[rows.from[y] - first + i][x];
          }
          planes[(c * height + y) * width + x] = (float) (sum / 127.5 - 1);
        }
      }
    }
    return planes;
  }

  /** Which pixels along one side make each result, and how much each counts. */
  private record Filter(int[] from, float[][] weights) {
    static Filter of(int size, int scaled, int offset, int count) {
      double step = (double) size / scaled;
      double reach = Math.max(step, 1);
      Filter filter = new Filter(new int[count], new float[count][]);
      for (int i = 0; i < count; i++) {
        double center = (i + offset + 0.5) * step;
        int low = Math.max(0, (int) (center - reach + 0.5));
        int high = Math.min(size, (int) (center + reach + 0.5));
        float[] weights = new float[high - low];
        double sum = 0;
        for (int j = low; j < high; j++) {
          double weight = Math.max(0, 1 - Math.abs((j - center + 0.5) / reach));
          weights[j - low] = (float) weight;
          sum += weight;
        }
        for (int j = 0; j < weights.length; j++) {
          weights[j] /= (float) sum;
        }
        filter.from[i] = low;
        filter.weights[i] = weights;
      }
      return filter;
    }
  }
}
