package io.granular.app.modules;

import io.granular.engine.metric.ColourMap;
import io.granular.engine.studio.Analysis;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;

/**
 * Colours for SQNR: dark purple the worst, yellow the best, which people of every colour vision tell
 * apart by lightness.
 *
 * @param low the least dB measured
 * @param high the most
 */
record SqnrScale(double low, double high) {
  static SqnrScale of(Analysis analysis) {
    DoubleSummaryStatistics all = analysis.modules()
        .stream()
        .flatMapToDouble(score -> Arrays.stream(score.sqnrDb()))
        .filter(Double::isFinite)
        .summaryStatistics();
    return all.getCount() == 0
        ? new SqnrScale(0, 1)
        : new SqnrScale(all.getMin(), Math.max(all.getMax(), all.getMin() + 1));
  }

  int argb(double decibels) {
    return ColourMap.VIRIDIS.argb((decibels - low) / (high - low));
  }
}
