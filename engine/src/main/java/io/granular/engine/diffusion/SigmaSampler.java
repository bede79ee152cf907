package io.granular.engine.diffusion;

/**
 * What Euler, Euler ancestral and Heun share: latents {@code x0 + sigma * noise}, scaled to unit
 * variance before the network sees them (Karras et al., 2022).
 */
abstract sealed class SigmaSampler extends Sampler permits EulerSampler, EulerAncestralSampler,
    HeunSampler {
  private final float[] sigmas;
  private final float initNoiseSigma;
  private final Prediction prediction;

  SigmaSampler(SigmaSchedule schedule, Settings settings) {
    super(schedule.timesteps());
    sigmas = schedule.sigmas();
    prediction = settings.prediction();
    float max = 0;
    for (float sigma : sigmas) {
      max = Math.max(max, sigma);
    }
    initNoiseSigma = settings.spacing() == Spacing.LEADING ? Floats.sqrt(max * max + 1) : max;
  }

  @Override
  public final float initNoiseSigma() {
    return initNoiseSigma;
  }

  @Override
  public final float[] scaleInput(float[] latents, int index) {
    return Floats.divide(latents, Floats.sqrt(sigma(index) * sigma(index) + 1));
  }

  /** The noise level of evaluation {@code index}; one more than there are evaluations. */
  final float sigma(int index) {
    return sigmas[index];
  }

  final float[] original(float[] x, float[] out, float sigma) {
    return prediction.originalUnscaled(x, out, sigma);
  }

  /** {@code (x - original) / sigma}, the direction in which the noise grows. */
  static float[] derivative(float[] x, float[] original, float sigma) {
    return Floats.divide(Floats.subtract(x, original), sigma);
  }
}
