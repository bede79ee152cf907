package io.granular.engine.run;

import org.jspecify.annotations.Nullable;

/**
 * A sampler and its options by their command-line names; null means as the model's config says.
 *
 * @param name {@code ddim, pndm, euler, euler-a, heun, dpmpp-2m, unipc, lcm}
 * @param spacing {@code leading, trailing, linspace}
 * @param sigmas {@code default, karras}
 * @param zeroSnr rescale betas to zero terminal signal-to-noise ratio
 * @param prediction {@code epsilon, v}
 */
public record SamplerChoice(@Nullable String name, @Nullable String spacing,
    @Nullable String sigmas,
    @Nullable Boolean zeroSnr, @Nullable String prediction) {
  /** Everything as the model's config says. */
  public static final SamplerChoice MODEL_DEFAULT = new SamplerChoice(null, null, null, null, null);
}
