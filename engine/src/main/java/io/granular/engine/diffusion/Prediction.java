package io.granular.engine.diffusion;

/**
 * What the network predicts from noisy latents {@code x = alpha * x0 + sigma * noise}.
 * All arrays are the latents of one picture.
 */
public enum Prediction implements Named {
  /** The noise (Ho et al., 2020). */
  EPSILON("epsilon", "epsilon"),
  /** The velocity {@code alpha * noise - sigma * x0} (Salimans and Ho, 2022). */
  V("v", "v_prediction"),
  /** The clean latents themselves. */
  SAMPLE("sample", "sample");

  private final String id;
  private final String configName;

  Prediction(String id, String configName) {
    this.id = id;
    this.configName = configName;
  }

  @Override
  public String id() {
    return id;
  }

  /** The {@code prediction_type} of {@code scheduler_config.json}. */
  public String configName() {
    return configName;
  }

  /** The clean latents for network output {@code out}. */
  float[] original(float[] x, float[] out, float alpha, float sigma) {
    return switch (this) {
      case EPSILON -> Floats.divide(Floats.sum(1, x, -sigma, out), alpha);
      case V -> Floats.sum(alpha, x, -sigma, out);
      case SAMPLE -> out.clone();
    };
  }

  /** The noise for network output {@code out}. */
  float[] noise(float[] x, float[] out, float alpha, float sigma) {
    return switch (this) {
      case EPSILON -> out.clone();
      case V -> Floats.sum(alpha, out, sigma, x);
      case SAMPLE -> Floats.divide(Floats.sum(1, x, -alpha, out), sigma);
    };
  }

  /**
   * The clean latents where {@code x = x0 + sigma * noise} and the network was given
   * {@code x / sqrt(sigma^2 + 1)} (Karras et al., 2022).
   */
  float[] originalUnscaled(float[] x, float[] out, float sigma) {
    return switch (this) {
      case EPSILON -> Floats.sum(1, x, -sigma, out);
      case V -> {
        float variance = sigma * sigma + 1;
        float outWeight = -sigma / Floats.sqrt(variance);
        float[] original = new float[x.length];
        for (int i = 0; i < x.length; i++) {
          original[i] = out[i] * outWeight + x[i] / variance;
        }
        yield original;
      }
      case SAMPLE -> out.clone();
    };
  }
}
