package io.granular.engine.calibrate;

import io.granular.engine.quant.IntegerRange;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.QuantParams;
import io.granular.engine.quant.ValueRange;

/**
 * How often numbers fell into equal parts of a range.
 *
 * @param range all numbers lie within
 * @param counts one per part, in order; not whole numbers where a coarser histogram was spread over finer parts
 */
public record Histogram(ValueRange range, double[] counts) {
  /** Smallest share of the whole range that the search for the least squared error looks at. */
  private static final int MSE_CANDIDATES = 80;
  private static final double MSE_STEP = 0.01;

  public Histogram {
    if (counts.length == 0) {
      throw new IllegalArgumentException("a histogram has at least one bin");
    }
  }

  /** Width of one part. */
  public double width() {
    return ((double) range.max() - range.min()) / counts.length;
  }

  /**
   * The copy of the whole range, shrunken towards zero in steps of a hundredth, whose integers give the least squared
   * error; the search of MQBench's {@code MSEObserver}.
   */
  public ValueRange leastSquares(Mapping mapping, IntegerRange integers) {
    ValueRange best = range;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < MSE_CANDIDATES; i++) {
      float share = (float) (1 - i * MSE_STEP);
      ValueRange candidate = new ValueRange(Math.min(range.min() * share, range.max() * share),
          Math.max(range.min() * share, range.max() * share));
      double error = squaredError(candidate.params(mapping, integers), integers);
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return best;
  }

  /** Sum of squared errors if every number lay in the middle of its part. */
  private double squaredError(QuantParams params, IntegerRange integers) {
    double width = width();
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      double x = range.min() + (i + 0.5) * width;
      double q = Math.clamp(Math.rint(x / params.scale()) + params.zeroPoint(), integers.min(),
          integers.max());
      double error = (q - params.zeroPoint()) * params.scale() - x;
      sum += counts[i] * error * error;
    }
    return sum;
  }
}
