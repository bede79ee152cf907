package io.granular.engine.diffusion;

/** Latent consistency models: jumps to the clean latents and noises them again (Luo et al., 2023). */
final class LcmSampler extends Sampler {
  /** The standard deviation of the data that the boundary condition assumes. */
  private static final float SIGMA_DATA = 0.5f;

  private final NoiseSchedule schedule;
  private final Prediction prediction;
  private final Clipping clipping;
  private final float timestepScaling;

  LcmSampler(Settings settings, int steps) {
    this(settings, NoiseSchedule.of(settings), steps);
  }

  private LcmSampler(Settings settings, NoiseSchedule schedule, int steps) {
    super(schedule.trained(timesteps(settings, schedule.size(), steps), settings.prediction()));
    this.schedule = schedule;
    prediction = settings.prediction();
    clipping = Clipping.of(settings);
    timestepScaling = (float) settings.number("timestep_scaling", 0, Float.MAX_VALUE);
  }

  @Override
  public int noiseDraws() {
    return evaluations() - 1;
  }

  @Override
  StepResult advance(float[] out, int index, float[] x, NoiseSource noise) {
    int t = (int) timestep(index);
    float alpha = schedule.alpha(t);
    float[] original = clipping.apply(
        prediction.original(x, out, Floats.sqrt(alpha), Floats.sqrt(1 - alpha)));
    float scaled = t * timestepScaling;
    float variance = scaled * scaled + SIGMA_DATA * SIGMA_DATA;
    float skip = SIGMA_DATA * SIGMA_DATA / variance;
    float[] denoised = Floats.sum(scaled / Floats.sqrt(variance), original, skip, x);
    if (index == evaluations() - 1) {
      return new StepResult(denoised, denoised);
    }
    float alphaNext = schedule.alpha((int) timestep(index + 1));
    return new StepResult(Floats.sum(Floats.sqrt(alphaNext), denoised, Floats.sqrt(1 - alphaNext),
        noise.next(x.length)), denoised);
  }

  /** Evenly picked from the timesteps the model was distilled on, noisiest first. */
  private static double[] timesteps(Settings settings, int trained, int steps) {
    int distilled = settings.integer("original_inference_steps", 1, trained);
    if (steps > distilled) {
      throw new IllegalArgumentException("lcm takes at most the " + distilled
          + " steps the model was distilled on, not " + steps + ".");
    }
    int stride = trained / distilled;
    double[] timesteps = new double[steps];
    for (int i = 0; i < steps; i++) {
      int picked = (int) Math.floor(i * ((double) distilled / steps));
      timesteps[i] = (double) (distilled - picked) * stride - 1;
    }
    return timesteps;
  }
}
