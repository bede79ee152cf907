package io.granular.engine.train;

import org.jspecify.annotations.Nullable;

/**
 * How a step learns.
 *
 * @param rate highest learning rate
 * @param scaleRate highest learning rate of learned step sizes, as a share of each; null for ten times {@code rate}
 * @param batch evaluations of the sampler, or pictures, that are learned from together
 * @param accumulation so many batches make one step; their gradients are averaged
 * @param minSnr gamma of min-SNR weighting; null weighs all timesteps alike
 */
public record Learning(double rate, @Nullable Double scaleRate, int batch, int accumulation,
    @Nullable Double minSnr) {
  private static final double SCALES_FASTER = 10;

  /** What is taken if nobody says otherwise. */
  public static final Learning USUAL = new Learning(1e-4, null, 2, 1, null);

  /** @throws IllegalArgumentException if a number is not positive */
  public Learning {
    if (batch < 1 || accumulation < 1 || !(rate > 0) || (scaleRate != null && !(scaleRate > 0))
        || (minSnr != null && !(minSnr > 0))) {
      throw new IllegalArgumentException("batch, accumulation, learning rates and the gamma of "
          + "min-SNR are more than 0");
    }
  }

  /** The highest learning rate of learned step sizes, as a share of each. */
  public double scalesRate() {
    return scaleRate != null ? scaleRate : SCALES_FASTER * rate;
  }

  /** The same with another learning rate. */
  public Learning withRate(double other) {
    return new Learning(other, scaleRate, batch, accumulation, minSnr);
  }
}
