package io.granular.app.modules;

import io.granular.engine.studio.Analysis.ModuleScore;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;

/**
 * Sensitivities on a logarithmic scale, because they span several powers of ten.
 *
 * @param low logarithm of the smallest
 * @param high logarithm of the largest
 */
record HeatScale(double low, double high) {
  /** The scale of what was measured. */
  static HeatScale of(Collection<ModuleScore> scores) {
    DoubleSummaryStatistics logs = scores.stream()
        .mapToDouble(ModuleScore::sensitivity)
        .filter(value -> value > 0 && Double.isFinite(value))
        .map(Math::log10)
        .summaryStatistics();
    return new HeatScale(logs.getMin(), logs.getMax());
  }

  /** 0 to 1; NaN for what was not measured. */
  double of(double sensitivity) {
    if (Double.isNaN(sensitivity) || !(high >= low)) {
      return Double.NaN;
    }
    double log = Math.log10(Math.max(sensitivity, Double.MIN_NORMAL));
    return high > low ? Math.clamp((log - low) / (high - low), 0.0, 1.0) : 1;
  }
}
