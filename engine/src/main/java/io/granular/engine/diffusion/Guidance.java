package io.granular.engine.diffusion;

/**
 * Classifier-free guidance (Ho and Salimans, 2022), with the rescaling of Lin et al. (2023, section
 * 3.4) against over-exposure.
 *
 * @param scale how far to go from the unconditional towards the conditional prediction
 * @param rescale 0 for none, to 1 for the full standard deviation of the conditional prediction
 */
public record Guidance(double scale, double rescale) {
  /**
   * @throws IllegalArgumentException if the scale is not a finite number or the rescale not from 0
   *     to 1
   */
  public Guidance {
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("The guidance scale " + scale + " is not a number.");
    }
    if (!(rescale >= 0 && rescale <= 1)) {
      throw new IllegalArgumentException(
          "The guidance rescale is " + rescale + "; it must be from 0 to 1.");
    }
  }

  /** Guidance of the given scale, not rescaled. */
  public static Guidance of(double scale) {
    return new Guidance(scale, 0);
  }

  /** Whether the network runs twice per step; a scale of 1 or less means the prompt alone. */
  public boolean enabled() {
    return scale > 1;
  }

  /**
   * The guided prediction for one picture.
   *
   * @param unconditional the network's output for the negative prompt
   * @param conditional the network's output for the prompt, as long
   * @throws IllegalArgumentException if the lengths differ
   */
  public float[] combine(float[] unconditional, float[] conditional) {
    if (unconditional.length != conditional.length) {
      throw new IllegalArgumentException("The two predictions to combine have "
          + unconditional.length + " and " + conditional.length + " numbers.");
    }
    float[] result = new float[conditional.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = unconditional[i] + (float) scale * (conditional[i] - unconditional[i]);
    }
    return rescale == 0 ? result : rescaled(result, conditional);
  }

  private float[] rescaled(float[] guided, float[] conditional) {
    float ratio = (float) (deviation(conditional) / deviation(guided));
    float[] result = new float[guided.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) rescale * (guided[i] * ratio) + (float) (1 - rescale) * guided[i];
    }
    return result;
  }

  /** Sample standard deviation. */
  private static double deviation(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += v;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (float v : values) {
      squares += (v - mean) * (v - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }
}
