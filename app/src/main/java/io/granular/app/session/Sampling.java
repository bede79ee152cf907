package io.granular.app.session;

import io.granular.engine.run.SamplerChoice;
import org.jspecify.annotations.Nullable;

/**
 * How one side is sampled; null means: as the model says.
 *
 * @param sampler by its command-line name, e.g. {@code dpmpp-2m}
 * @param spacing {@code leading, trailing, linspace}
 * @param sigmas {@code default, karras}
 * @param steps sampler steps
 * @param guidance classifier-free guidance scale
 * @param width pixels
 * @param height pixels
 */
public record Sampling(@Nullable String sampler, @Nullable String spacing,
    @Nullable String sigmas, @Nullable Integer steps, @Nullable Double guidance,
    @Nullable Integer width, @Nullable Integer height) {
  /** Everything as the model says. */
  public static final Sampling MODEL_DEFAULT =
      new Sampling(null, null, null, null, null, null, null);

  /** With another sampler. */
  public Sampling withSampler(@Nullable String value) {
    return new Sampling(value, spacing, sigmas, steps, guidance, width, height);
  }

  /** With another spacing of the timesteps. */
  public Sampling withSpacing(@Nullable String value) {
    return new Sampling(sampler, value, sigmas, steps, guidance, width, height);
  }

  /** With other sigmas. */
  public Sampling withSigmas(@Nullable String value) {
    return new Sampling(sampler, spacing, value, steps, guidance, width, height);
  }

  /** With another number of steps. */
  public Sampling withSteps(@Nullable Integer value) {
    return new Sampling(sampler, spacing, sigmas, value, guidance, width, height);
  }

  /** With another guidance scale. */
  public Sampling withGuidance(@Nullable Double value) {
    return new Sampling(sampler, spacing, sigmas, steps, value, width, height);
  }

  /** With another width. */
  public Sampling withWidth(@Nullable Integer value) {
    return new Sampling(sampler, spacing, sigmas, steps, guidance, value, height);
  }

  /** With another height. */
  public Sampling withHeight(@Nullable Integer value) {
    return new Sampling(sampler, spacing, sigmas, steps, guidance, width, value);
  }

  SamplerChoice choice() {
    return new SamplerChoice(sampler, spacing, sigmas, null, null);
  }
}
