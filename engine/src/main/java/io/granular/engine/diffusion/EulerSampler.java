package io.granular.engine.diffusion;

/** Euler's method on the probability-flow equation (Karras et al., 2022, algorithm 2, no churn). */
final class EulerSampler extends SigmaSampler {
  EulerSampler(Settings settings, int steps) {
    super(SigmaSchedule.continuous(settings, NoiseSchedule.withSignal(settings), steps), settings);
  }

  @Override
  StepResult advance(float[] out, int index, float[] x, NoiseSource noise) {
    float sigma = sigma(index);
    float[] original = original(x, out, sigma);
    float[] derivative = derivative(x, original, sigma);
    return new StepResult(Floats.sum(1, x, sigma(index + 1) - sigma, derivative), original);
  }
}
