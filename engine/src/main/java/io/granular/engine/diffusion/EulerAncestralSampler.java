package io.granular.engine.diffusion;

/** Euler steps below the next noise level and fresh noise up to it (Crowson, k-diffusion). */
final class EulerAncestralSampler extends SigmaSampler {
  EulerAncestralSampler(Settings settings, int steps) {
    super(SigmaSchedule.continuous(settings, NoiseSchedule.withSignal(settings), steps), settings);
    if (settings.prediction() == Prediction.SAMPLE) {
      throw settings.bad("prediction_type",
          "euler-a supports epsilon and v_prediction; choose another sampler.");
    }
  }

  /** Also after the last step, where it weighs nothing. */
  @Override
  public int noiseDraws() {
    return evaluations();
  }

  @Override
  StepResult advance(float[] out, int index, float[] x, NoiseSource noise) {
    float from = sigma(index);
    float to = sigma(index + 1);
    float up = Floats.sqrt(to * to * (from * from - to * to) / (from * from));
    float down = Floats.sqrt(to * to - up * up);
    float[] original = original(x, out, from);
    float[] lower = Floats.sum(1, x, down - from, derivative(x, original, from));
    return new StepResult(Floats.sum(1, lower, up, noise.next(x.length)), original);
  }
}
