package io.granular.engine.calibrate;

/**
 * How samples are spread: every trajectory is observed at the same, uniformly spaced timesteps.
 *
 * @param trajectories prompts or images
 * @param steps timesteps of each
 */
public record SamplePlan(int trajectories, int steps) {
  /** Samples unless asked otherwise. */
  public static final int USUAL = 128;
  private static final int MOST = 100_000;
  private static final int STEPS = 16;

  /**
   * For at least so many samples.
   *
   * @throws IllegalArgumentException if there are none or absurdly many
   */
  public static SamplePlan of(int samples) {
    if (samples < 1 || samples > MOST) {
      throw new IllegalArgumentException(
          "the number of samples is " + samples + "; it goes from 1 to " + MOST);
    }
    int steps = Math.min(STEPS, samples);
    return new SamplePlan(Math.ceilDiv(samples, steps), steps);
  }

  /** Evaluations of the U-Net in all. */
  public int samples() {
    return trajectories * steps;
  }
}
