package io.granular.engine.diffusion;

/**
 * Single-precision arithmetic in the order PyTorch does it: each operation is rounded, none fused,
 * so that coefficients and latents follow the reference to the last bits even where a step
 * amplifies them (at zero signal-to-noise ratio by 4096).
 */
final class Floats {
  private Floats() {}

  static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }

  static float log(float x) {
    return (float) Math.log(x);
  }

  static float exp(float x) {
    return (float) Math.exp(x);
  }

  static float expm1(float x) {
    return (float) Math.expm1(x);
  }

  /** {@code a * x}. */
  static float[] scale(float a, float[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = a * x[i];
    }
    return y;
  }

  /** {@code x / a}. */
  static float[] divide(float[] x, float a) {
    float[] y = new float[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i] / a;
    }
    return y;
  }

  /** {@code x * y}, number by number. */
  static float[] multiply(float[] x, float[] y) {
    float[] z = new float[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = x[i] * y[i];
    }
    return z;
  }

  /** {@code x - y}. */
  static float[] subtract(float[] x, float[] y) {
    return sum(1, x, -1, y);
  }

  /** {@code a * x + b * y}. */
  static float[] sum(float a, float[] x, float b, float[] y) {
    float[] z = new float[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = a * x[i] + b * y[i];
    }
    return z;
  }
}
