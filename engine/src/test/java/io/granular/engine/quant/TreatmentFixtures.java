package io.granular.engine.quant;

import java.util.Random;

/** Weights and inputs for tests of treatments. */
final class TreatmentFixtures {
  private TreatmentFixtures() {}

  static float[] gaussian(long seed, int count) {
    Random random = new Random(seed);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Inputs {@code [samples, channels]} of which a few channels are far larger and none has mean zero. */
  static float[] inputs(int samples, int channels) {
    float[] x = gaussian(3, samples * channels);
    for (int i = 0; i < x.length; i++) {
      int channel = i % channels;
      x[i] = (x[i] + 0.5f) * (channel % 13 == 5 ? 30 : 1);
    }
    return x;
  }

  static LayerStatistics statistics(float[] x, int channels) {
    int samples = x.length / channels;
    float[] mean = new float[channels];
    float[] largest = new float[channels];
    float[] hessian = new float[channels * channels];
    for (int s = 0; s < samples; s++) {
      for (int j = 0; j < channels; j++) {
        float v = x[s * channels + j];
        mean[j] += v / samples;
        largest[j] = Math.max(largest[j], Math.abs(v));
        for (int k = 0; k < channels; k++) {
          hessian[j * channels + k] += v * x[s * channels + k];
        }
      }
    }
    return new LayerStatistics(mean, largest, hessian);
  }

  /** {@code x W^T}, as {@code [samples, rows]}. */
  static float[] product(float[] x, float[] weight, int columns) {
    int samples = x.length / columns;
    int rows = weight.length / columns;
    float[] y = new float[samples * rows];
    for (int s = 0; s < samples; s++) {
      for (int row = 0; row < rows; row++) {
        double sum = 0;
        for (int k = 0; k < columns; k++) {
          sum += (double) x[s * columns + k] * weight[row * columns + k];
        }
        y[s * rows + row] = (float) sum;
      }
    }
    return y;
  }

  /** {@code trace((W - Q) H (W - Q)^T)}: the squared error of the output. */
  static double weightedError(float[] w, float[] q, float[] hessian, int rows) {
    int n = w.length / rows;
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < n; i++) {
        double d = (double) w[row * n + i] - q[row * n + i];
        for (int j = 0; j < n; j++) {
          sum += d * hessian[i * n + j] * ((double) w[row * n + j] - q[row * n + j]);
        }
      }
    }
    return sum;
  }

  static double squared(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return sum;
  }
}
