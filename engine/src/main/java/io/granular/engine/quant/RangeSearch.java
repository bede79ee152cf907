package io.granular.engine.quant;

import java.util.stream.IntStream;

/** Scales and zero points of weights, by their whole range or by the shrunken range with the least squared error. */
public final class RangeSearch {
  /** Shrinking by more loses even at 2 bits. */
  private static final int SMALLEST = 20;
  private static final int COARSE = 5;

  private RangeSearch() {}

  /** Parameters for {@code count} numbers. */
  public static QuantParams choose(float[] x, int from, int count, IntegerScheme scheme,
      Treatments.Clip clip) {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      min = Math.min(min, x[i]);
      max = Math.max(max, x[i]);
    }
    QuantParams whole = QuantParams.choose(min, max, scheme.mapping(), scheme.integers());
    return switch (clip) {
      case MINMAX -> whole;
      case MSE -> new Search(x, from, count, scheme, min, max).best(whole);
    };
  }

  /**
   * Quantizes a matrix {@code [rows, columns]} to the nearest integers.
   *
   * @throws IllegalArgumentException if rows do not divide into the scheme's groups, or a number is not finite
   */
  public static QuantizedTensor quantize(float[] x, int rows, int columns, IntegerScheme scheme,
      Treatments.Clip clip) {
    int run = Math.toIntExact(scheme.granularity().runLength(rows, columns));
    int runs = x.length / run;
    byte[] q = new byte[x.length];
    float[] scale = new float[runs];
    int[] zeroPoint = new int[runs];
    IntStream.range(0, runs).parallel().forEach(i -> {
      QuantParams params = choose(x, i * run, run, scheme, clip);
      params.quantize(x, i * run, run, scheme.integers(), q, i * run);
      scale[i] = params.scale();
      zeroPoint[i] = params.zeroPoint();
    });
    return new QuantizedTensor(rows, columns, q, scale, zeroPoint, scheme);
  }

  private record Search(float[] x, int from, int count, IntegerScheme scheme, float min,
      float max) {
    /** Every fifth hundredth first, then the hundredths around the best. */
    QuantParams best(QuantParams whole) {
      int best = 100;
      double least = error(whole);
      for (int percent = 100 - COARSE; percent >= SMALLEST; percent -= COARSE) {
        double error = error(shrunken(percent));
        if (error < least) {
          least = error;
          best = percent;
        }
      }
      int middle = best;
      for (int percent = middle - COARSE + 1; percent < Math.min(100, middle + COARSE); percent++) {
        double error = error(shrunken(percent));
        if (error < least) {
          least = error;
          best = percent;
        }
      }
      return best == 100 ? whole : shrunken(best);
    }

    private QuantParams shrunken(int percent) {
      float ratio = percent / 100f;
      return QuantParams.choose(min * ratio, max * ratio, scheme.mapping(), scheme.integers());
    }

    private double error(QuantParams params) {
      IntegerRange range = scheme.integers();
      float inverse = 1 / params.scale();
      float low = range.min() - params.zeroPoint();
      float high = range.max() - params.zeroPoint();
      double sum = 0;
      for (int i = from; i < from + count; i++) {
        float steps = (float) Math.rint(Math.min(Math.max(x[i] * inverse, low), high));
        double d = x[i] - steps * params.scale();
        sum += d * d;
      }
      return sum;
    }
  }
}
