package io.granular.engine.diffusion;

/**
 * One noise level as the exponential integrators see it.
 *
 * @param alpha weight of the signal
 * @param sigma weight of the noise, {@code alpha^2 + sigma^2 = 1}
 * @param lambda {@code log(alpha / sigma)}; infinite without noise
 */
record LogSnr(float alpha, float sigma, float lambda) {
  /** The levels of several noise-over-signal ratios. */
  static LogSnr[] of(float[] sigmas) {
    LogSnr[] levels = new LogSnr[sigmas.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = of(sigmas[i]);
    }
    return levels;
  }

  /** @param sigma noise over signal */
  static LogSnr of(float sigma) {
    float alpha = 1 / Floats.sqrt(sigma * sigma + 1);
    float scaled = sigma * alpha;
    return new LogSnr(alpha, scaled, Floats.log(alpha) - Floats.log(scaled));
  }
}
