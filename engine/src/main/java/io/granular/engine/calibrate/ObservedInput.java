package io.granular.engine.calibrate;

import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.ValueRange;
import java.util.List;

/**
 * What calibration saw at the input of one layer, or of several that share an input.
 *
 * @param modules as recipes know them, e.g. {@code unet.conv_in}
 * @param extent smallest and largest number
 * @param average moving average of each evaluation's smallest and largest number
 * @param histogram of all numbers
 * @param magnitudes of all numbers without their signs
 * @param around of all numbers, the middle at zero
 * @param steps ranges per timestep, the noisiest first; empty for networks without timesteps
 */
public record ObservedInput(List<String> modules, ValueRange extent, ValueRange average,
    Histogram histogram, GrowingHistogram magnitudes, GrowingHistogram around, List<Step> steps) {
  public ObservedInput {
    modules = List.copyOf(modules);
    steps = List.copyOf(steps);
    if (around.counts().length % 2 != 0) {
      throw new IllegalArgumentException("a histogram around zero has an even number of bins");
    }
  }

  /** Smallest and largest number at one timestep. */
  public record Step(double timestep, ValueRange range) {}

  /** The range that the scheme's observer chooses. */
  public ValueRange range(ActivationScheme scheme) {
    return switch (scheme.observer().kind()) {
      case MINMAX -> extent;
      case MOVING_AVERAGE -> average;
      case HISTOGRAM -> new NonLinearSearch(histogram, 1 << scheme.bits()).range();
      case PERCENTILE -> PercentileObserver.range(magnitudes, scheme.observer().percentile());
      case ENTROPY -> new EntropySearch(around, 1 << scheme.bits()).range();
      case MSE -> histogram.leastSquares(scheme.mapping(), scheme.integers());
    };
  }
}
