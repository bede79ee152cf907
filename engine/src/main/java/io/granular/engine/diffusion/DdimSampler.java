package io.granular.engine.diffusion;

/** Denoising diffusion implicit models, without noise (Song et al., 2020, equation 12). */
final class DdimSampler extends Sampler {
  private final NoiseSchedule schedule;
  private final Prediction prediction;
  private final Clipping clipping;
  private final float finalAlpha;
  private final int stride;

  DdimSampler(Settings settings, int steps) {
    this(settings, NoiseSchedule.of(settings), steps);
  }

  private DdimSampler(Settings settings, NoiseSchedule schedule, int steps) {
    super(schedule.trained(Timesteps.rounded(Timesteps.of(settings.spacing(), schedule.size(),
        steps, settings.integer("steps_offset", 0, schedule.size()))), settings.prediction()));
    this.schedule = schedule;
    prediction = settings.prediction();
    clipping = Clipping.of(settings);
    finalAlpha = settings.flag("set_alpha_to_one") ? 1 : schedule.alpha(0);
    stride = schedule.size() / steps;
  }

  @Override
  StepResult advance(float[] out, int index, float[] x, NoiseSource noise) {
    int t = (int) timestep(index);
    int before = t - stride;
    float alpha = schedule.alpha(t);
    float alphaBefore = before >= 0 ? schedule.alpha(before) : finalAlpha;
    float signal = Floats.sqrt(alpha);
    float sigma = Floats.sqrt(1 - alpha);
    float[] original = clipping.apply(prediction.original(x, out, signal, sigma));
    float[] direction = prediction.noise(x, out, signal, sigma);
    return new StepResult(
        Floats.sum(Floats.sqrt(alphaBefore), original, Floats.sqrt(1 - alphaBefore), direction),
        original);
  }
}
