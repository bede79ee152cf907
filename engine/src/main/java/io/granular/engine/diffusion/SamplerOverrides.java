package io.granular.engine.diffusion;

import org.jspecify.annotations.Nullable;

/**
 * What a person wants different from the model's config; null means as the config says.
 *
 * @param kind the sampler
 * @param spacing which timesteps are visited
 * @param sigmas how the noise levels are spread
 * @param zeroSnr whether betas are rescaled to zero terminal signal-to-noise ratio
 * @param prediction what the network predicts
 */
public record SamplerOverrides(@Nullable SamplerKind kind, @Nullable Spacing spacing,
    @Nullable SigmaSpacing sigmas, @Nullable Boolean zeroSnr, @Nullable Prediction prediction) {
  /** Everything as the config says. */
  public static final SamplerOverrides NONE = new SamplerOverrides(null, null, null, null, null);

  /** Another sampler, everything else as the config says. */
  public static SamplerOverrides of(SamplerKind kind) {
    return new SamplerOverrides(kind, null, null, null, null);
  }

  /**
   * Overrides by their command-line names, null where none was given.
   *
   * @throws IllegalArgumentException if a name is not one of the choices
   */
  public static SamplerOverrides parse(@Nullable String sampler, @Nullable String spacing,
      @Nullable String sigmas, @Nullable Boolean zeroSnr, @Nullable String prediction) {
    return new SamplerOverrides(
        sampler == null ? null : Named.parse(SamplerKind.class, "sampler", sampler),
        spacing == null ? null : Named.parse(Spacing.class, "spacing", spacing),
        sigmas == null ? null : Named.parse(SigmaSpacing.class, "sigma spacing", sigmas),
        zeroSnr,
        prediction == null ? null : Named.parse(Prediction.class, "prediction", prediction));
  }
}
