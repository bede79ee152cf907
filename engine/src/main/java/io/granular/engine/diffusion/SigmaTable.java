package io.granular.engine.diffusion;

import java.util.Arrays;

/** Looks trained noise levels up by timestep and timesteps up by noise level. */
final class SigmaTable {
  private final float[] logSigmas;

  /** @param sigmas per trained timestep, growing */
  SigmaTable(float[] sigmas) {
    logSigmas = new float[sigmas.length];
    for (int t = 0; t < sigmas.length; t++) {
      logSigmas[t] = Floats.log(sigmas[t]);
    }
  }

  /** The sigmas at timesteps that may lie between two trained ones; the ends hold outside. */
  static double[] interpolate(double[] timesteps, float[] sigmas) {
    int last = sigmas.length - 1;
    return Arrays.stream(timesteps).map(t -> {
      int low = (int) t;
      if (low >= last) {
        return sigmas[last];
      }
      return ((double) sigmas[low + 1] - sigmas[low]) * (t - low) + sigmas[low];
    }).toArray();
  }

  static double[] descending(float[] sigmas) {
    double[] result = new double[sigmas.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = sigmas[result.length - 1 - i];
    }
    return result;
  }

  /** The timestep of each sigma, interpolated between the logarithms of trained ones. */
  double[] timesteps(double[] sigmas) {
    return Arrays.stream(sigmas).map(this::timestep).toArray();
  }

  /** {@code n} sigmas whose logarithms are evenly spaced over all trained ones, largest first. */
  double[] evenLogarithms(int n) {
    double max = logSigmas[logSigmas.length - 1];
    double min = logSigmas[0];
    return Arrays.stream(Timesteps.linspace(0, 1, n))
        .map(ramp -> Math.exp(max + ramp * (min - max)))
        .toArray();
  }

  private double timestep(double sigma) {
    double log = Math.log(Math.max(sigma, 1e-10));
    int low = 0;
    for (int t = 1; t < logSigmas.length - 1 && logSigmas[t] <= log; t++) {
      low = t;
    }
    float below = logSigmas[low];
    float above = logSigmas[low + 1];
    double weight = Math.clamp((below - log) / (below - above), 0.0, 1.0);
    return (1 - weight) * low + weight * (low + 1);
  }
}
