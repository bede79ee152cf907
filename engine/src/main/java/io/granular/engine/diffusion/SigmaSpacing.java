package io.granular.engine.diffusion;

/** How the noise levels between the largest and the smallest are spread. */
public enum SigmaSpacing implements Named {
  /** As the visited timesteps were trained. */
  DEFAULT("default", ""),
  /** Evenly in the seventh root (Karras et al., 2022, equation 5). */
  KARRAS("karras", "use_karras_sigmas"),
  /** Evenly in the logarithm. */
  EXPONENTIAL("exponential", "use_exponential_sigmas"),
  /** Evenly in the logarithm over all trained levels (Lu et al., 2022). */
  LU("lu", "use_lu_lambdas");

  private final String id;
  private final String configKey;

  SigmaSpacing(String id, String configKey) {
    this.id = id;
    this.configKey = configKey;
  }

  @Override
  public String id() {
    return id;
  }

  /** The key of {@code scheduler_config.json} that turns it on; empty for the default. */
  String configKey() {
    return configKey;
  }
}
