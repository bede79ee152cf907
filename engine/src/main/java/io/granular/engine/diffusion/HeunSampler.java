package io.granular.engine.diffusion;

/**
 * Heun's method: an Euler step, then the same step again along the mean of the slopes at its two
 * ends (Karras et al., 2022, algorithm 2). The last step, to sigma 0, is Euler's alone.
 */
final class HeunSampler extends SigmaSampler {
  private final Clipping clipping;
  private float[] start = {};
  private float[] firstDerivative = {};

  HeunSampler(Settings settings, int steps) {
    super(twice(SigmaSchedule.continuous(settings, NoiseSchedule.of(settings), steps)), settings);
    clipping = Clipping.of(settings);
  }

  @Override
  StepResult advance(float[] out, int index, float[] x, NoiseSource noise) {
    float sigma = sigma(index);
    float[] original = clipping.apply(original(x, out, sigma));
    float[] derivative = derivative(x, original, sigma);
    if (index % 2 == 0) {
      start = x;
      firstDerivative = derivative;
      return new StepResult(Floats.sum(1, x, sigma(index + 1) - sigma, derivative), original);
    }
    float[] mean = Floats.divide(Floats.sum(1, firstDerivative, 1, derivative), 2);
    return new StepResult(Floats.sum(1, start, sigma - sigma(index - 1), mean), original);
  }

  /** Every level but the first and the last serves two evaluations. */
  private static SigmaSchedule twice(SigmaSchedule schedule) {
    int steps = schedule.timesteps().length;
    double[] timesteps = new double[2 * steps - 1];
    float[] sigmas = new float[2 * steps];
    for (int i = 0; i < timesteps.length; i++) {
      timesteps[i] = schedule.timesteps()[(i + 1) / 2];
      sigmas[i] = schedule.sigmas()[(i + 1) / 2];
    }
    sigmas[timesteps.length] = schedule.sigmas()[steps];
    return new SigmaSchedule(timesteps, sigmas);
  }
}
