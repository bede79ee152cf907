package io.granular.engine.diffusion;

/** Which of the trained timesteps a run visits (Lin et al., 2023, table 2). */
public enum Spacing implements Named {
  /** Every k-th from 0 up, plus the config's offset; misses the noisiest ones. */
  LEADING("leading"),
  /** Every k-th from the noisiest down. */
  TRAILING("trailing"),
  /** Evenly from the noisiest to 0, both included. */
  LINSPACE("linspace");

  private final String id;

  Spacing(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
