package io.granular.engine.quant;

import java.util.stream.IntStream;

/** SmoothQuant: what is hard to quantize in the input is moved into the weights, channel by channel. */
public final class Smoothing {
  private static final double SMALLEST = 1e-5;

  private Smoothing() {}

  /**
   * By how much each channel of the input is divided and its weights multiplied: {@code max|x_j|^a / max|w_j|^(1-a)},
   * as SmoothQuant's {@code smooth_ln_fcs}; 1 for channels that are always zero.
   *
   * @param largest magnitude of each input channel
   * @param weight {@code [rows, channels, taps]}
   * @param strength a, 0 to 1
   */
  public static float[] scales(float[] largest, float[] weight, int taps, double strength) {
    int channels = largest.length;
    int columns = channels * taps;
    float[] heaviest = new float[channels];
    for (int i = 0; i < weight.length; i++) {
      int channel = i % columns / taps;
      heaviest[channel] = Math.max(heaviest[channel], Math.abs(weight[i]));
    }
    float[] scales = new float[channels];
    for (int j = 0; j < channels; j++) {
      scales[j] = largest[j] == 0 || heaviest[j] == 0
          ? 1
          : (float) Math.max(SMALLEST, Math.pow(largest[j], strength)
              / Math.pow(Math.max(heaviest[j], SMALLEST), 1 - strength));
    }
    return scales;
  }

  /** Multiplies each channel of {@code [rows, channels, taps]} in place. */
  static void multiply(float[] x, int rows, float[] scales, int taps) {
    int columns = scales.length * taps;
    IntStream.range(0, rows).parallel().forEach(row -> {
      for (int i = 0; i < columns; i++) {
        x[row * columns + i] *= scales[i / taps];
      }
    });
  }

  /** Undoes {@link #multiply}. */
  static void divide(float[] x, int rows, float[] scales, int taps) {
    int columns = scales.length * taps;
    IntStream.range(0, rows).parallel().forEach(row -> {
      for (int i = 0; i < columns; i++) {
        x[row * columns + i] /= scales[i / taps];
      }
    });
  }

  /** Divides rows and columns of {@code X^T X} as dividing the channels of X would. */
  static void divideBothSides(float[] h, float[] scales, int taps) {
    int n = scales.length * taps;
    IntStream.range(0, n).parallel().forEach(row -> {
      for (int i = 0; i < n; i++) {
        h[row * n + i] /= scales[row / taps] * scales[i / taps];
      }
    });
  }
}
