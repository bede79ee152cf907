package io.granular.engine.diffusion;

/** Where a stochastic sampler's noise comes from: {@code new TorchRandom(seed)::randn}, or a file. */
@FunctionalInterface
public interface NoiseSource {
  /** For samplers that draw nothing; a draw fails. */
  NoiseSource NONE = n -> {
    throw new IllegalArgumentException("This sampler draws noise, but it was given no source.");
  };

  /** The next {@code n} normal numbers; the caller owns the array. */
  float[] next(int n);
}
