package io.granular.engine.diffusion;

import java.util.Arrays;

/** Noise drawn beforehand, for example {@code [steps, 4, h, w]} from a file, handed out in order. */
public final class RecordedNoise implements NoiseSource {
  private final float[] values;
  private final String origin;
  private int used;

  /**
   * @param values all draws one after the other; not copied
   * @param origin where they come from, for the error message
   */
  public RecordedNoise(float[] values, String origin) {
    this.values = values;
    this.origin = origin;
  }

  /** @throws IllegalArgumentException if fewer than {@code n} numbers are left */
  @Override
  public float[] next(int n) {
    if (n > values.length - used) {
      throw new IllegalArgumentException("The noise of " + origin + " is used up: it holds "
          + values.length + " numbers, " + used + " are used and the next step needs " + n
          + ". Give one tensor of the latents' shape per step that draws noise.");
    }
    used += n;
    return Arrays.copyOfRange(values, used - n, used);
  }
}
