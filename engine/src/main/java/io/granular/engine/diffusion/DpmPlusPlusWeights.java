package io.granular.engine.diffusion;

/**
 * The coefficients of one DPM-Solver++ step (Lu et al., 2022b, section 4 and appendix B): the new
 * latents are {@code keep * x + zeroth * D0 + ...}, where D0 is the predicted clean latents and
 * D1, D2 its first and second derivative by lambda in units of the step.
 *
 * @param keep weight of the latents
 * @param zeroth weight of D0; half of it is the midpoint rule's weight of D1
 * @param first weight of D1, exactly integrated
 * @param second weight of D2, exactly integrated
 * @param noise weight of fresh noise
 */
record DpmPlusPlusWeights(float keep, float zeroth, float first, float second, float noise) {

  /** Along the probability-flow equation. */
  static DpmPlusPlusWeights deterministic(LogSnr from, LogSnr to) {
    float h = to.lambda() - from.lambda();
    float decay = Floats.exp(-h) - 1;
    return new DpmPlusPlusWeights(
        to.sigma() / from.sigma(),
        -(to.alpha() * decay),
        to.alpha() * (decay / h + 1),
        -(to.alpha() * ((decay + h) / (h * h) - 0.5f)),
        0);
  }

  /** Along the reverse stochastic equation, which forgets twice as fast. */
  static DpmPlusPlusWeights stochastic(LogSnr from, LogSnr to) {
    float h = to.lambda() - from.lambda();
    float gain = 1 - Floats.exp(-2 * h);
    return new DpmPlusPlusWeights(
        to.sigma() / from.sigma() * Floats.exp(-h),
        to.alpha() * gain,
        to.alpha() * (gain / (-2 * h) + 1),
        to.alpha() * ((gain - 2 * h) / (2 * h * (2 * h)) - 0.5f),
        to.sigma() * Floats.sqrt(gain));
  }
}
