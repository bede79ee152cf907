package io.granular.engine.diffusion;

import java.util.Arrays;

/** Keeps predicted clean latents in bounds, if the config says so. */
@FunctionalInterface
interface Clipping {
  /** The bounded prediction; may be the argument itself. */
  float[] apply(float[] original);

  /** What the config asks for; thresholding goes before clipping. */
  static Clipping of(Settings settings) {
    if (settings.flag("thresholding")) {
      double ratio = settings.number("dynamic_thresholding_ratio", 0, 1);
      double max = settings.number("sample_max_value", 1, Float.MAX_VALUE);
      return original -> threshold(original, (float) ratio, (float) max);
    }
    if (settings.flag("clip_sample")) {
      float range = (float) settings.number("clip_sample_range", 0, Float.MAX_VALUE);
      return original -> clamp(original, range);
    }
    return original -> original;
  }

  private static float[] clamp(float[] x, float range) {
    float[] y = new float[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.clamp(x[i], -range, range);
    }
    return y;
  }

  /** Dynamic thresholding (Saharia et al., 2022): a quantile of the magnitudes becomes 1. */
  private static float[] threshold(float[] x, float ratio, float max) {
    float[] magnitudes = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      magnitudes[i] = Math.abs(x[i]);
    }
    Arrays.sort(magnitudes);
    float bound = Math.clamp(quantile(magnitudes, ratio), 1, max);
    return Floats.divide(clamp(x, bound), bound);
  }

  /** {@code torch.quantile}: interpolated between the two nearest ranks. */
  private static float quantile(float[] sorted, float ratio) {
    float rank = ratio * (sorted.length - 1);
    int below = (int) rank;
    float low = sorted[below];
    float high = sorted[Math.min(below + 1, sorted.length - 1)];
    float weight = rank - below;
    return weight < 0.5f ? low + weight * (high - low) : high - (high - low) * (1 - weight);
  }
}
