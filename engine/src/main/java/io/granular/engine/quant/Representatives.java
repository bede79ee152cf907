package io.granular.engine.quant;

import java.util.Arrays;

/**
 * Weights that a recipe quantizes to given integers with given scales. A recipe derives a scale from the extent of the numbers
 * it finds; so the outermost of them are put where the wanted scale comes out, and the others in the middle of their integers.
 */
public final class Representatives {
  /** The recipe's scale may come out larger by so many units in the last place, until all ties fall on the right side. */
  private static final int NUDGES = 4096;

  private Representatives() {}

  /**
   * Finds them for a matrix, run by run.
   *
   * @param weights row-major; what quantizes to the integers with {@code scales} and {@code zeroPoints}
   * @param scales one per run
   * @param zeroPoints one per run
   * @param scheme of the recipe
   * @return as many numbers; quantized by {@code scheme} alone, they have the same integers and, up to float32's rounding,
   *     the same scales
   * @throws IllegalArgumentException if a run's integers do not reach the end of the scheme's range, so that no numbers have
   *     that scale
   */
  public static float[] of(float[] weights, float[] scales, int[] zeroPoints,
      WeightScheme scheme) {
    int run = weights.length / scales.length;
    float[] result = new float[weights.length];
    byte[] wanted = new byte[run];
    for (int i = 0; i < scales.length; i++) {
      QuantParams params = new QuantParams(scales[i], zeroPoints[i]);
      params.quantize(weights, i * run, run, scheme.integers(), wanted, 0);
      settle(wanted, params, scheme, result, i * run);
    }
    return result;
  }

  private static void settle(byte[] wanted, QuantParams params, WeightScheme scheme,
      float[] result, int at) {
    IntegerRange range = scheme.integers();
    byte[] found = new byte[wanted.length];
    float scale = params.scale();
    for (int nudge = 0; nudge < NUDGES; nudge++) {
      fill(wanted, new QuantParams(scale, params.zeroPoint()), scheme, result, at);
      float min = Float.POSITIVE_INFINITY;
      float max = Float.NEGATIVE_INFINITY;
      for (int i = at; i < at + wanted.length; i++) {
        min = Math.min(min, result[i]);
        max = Math.max(max, result[i]);
      }
      QuantParams chosen = QuantParams.choose(min, max, scheme.mapping(), range);
      if (nudge == 0 && Math.abs(chosen.scale() - params.scale()) > 1e-3f * params.scale()) {
        throw new IllegalArgumentException("no weights have the scale " + params.scale() + " under "
            + scheme + ": their integers do not reach the end of the range");
      }
      chosen.quantize(result, at, wanted.length, range, found, 0);
      if (chosen.zeroPoint() == params.zeroPoint() && Arrays.equals(found, wanted)) {
        return;
      }
      scale = Math.nextUp(scale);
    }
    throw new IllegalArgumentException(
        "no weights near the scale " + params.scale() + " have these integers under " + scheme);
  }

  private static void fill(byte[] integers, QuantParams params, WeightScheme scheme,
      float[] result, int at) {
    IntegerRange range = scheme.integers();
    // torchao's symmetric scale divides the extent by half the number of steps, which no integer is.
    float extent = (range.max() - range.min()) / 2f * params.scale();
    boolean symmetric = scheme.mapping() == Mapping.SYMMETRIC;
    for (int i = 0; i < integers.length; i++) {
      int q = range.decode(integers[i]);
      float value = (q - params.zeroPoint()) * params.scale();
      if (symmetric && q == range.max()) {
        value = extent;
      } else if (symmetric && q == range.min()) {
        value = -extent;
      }
      result[at + i] = value;
    }
  }
}
