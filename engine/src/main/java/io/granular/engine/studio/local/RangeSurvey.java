package io.granular.engine.studio.local;

import io.granular.engine.calibrate.CalibratedRanges;
import io.granular.engine.calibrate.Calibration;
import io.granular.engine.calibrate.Histogram;
import io.granular.engine.calibrate.ObservedInput;
import io.granular.engine.plan.Recipe;
import io.granular.engine.plan.Rule;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.QuantParams;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.studio.ModuleRanges;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a calibration says about one module. */
final class RangeSurvey {
  private RangeSurvey() {}

  /** The static scheme that a recipe gives a module; null if it gives none. */
  static @Nullable ActivationScheme staticScheme(Recipe recipe, String module) {
    return recipe.rules()
        .stream()
        .filter(rule -> rule.match().matches(module))
        .findFirst()
        .map(Rule::scheme)
        .map(RangeSurvey::staticScheme)
        .orElse(null);
  }

  /** The static activations of a scheme; null if it has none. */
  static @Nullable ActivationScheme staticScheme(Scheme scheme) {
    return scheme instanceof Scheme.Integers integers && integers.activations() != null
        && integers.activations().range() == ActivationScheme.Range.STATIC
            ? integers.activations()
            : null;
  }

  /** Null if the module was not observed. */
  static @Nullable ModuleRanges of(CalibratedRanges calibrated, String module,
      ActivationScheme scheme) {
    ObservedInput input = calibrated.input(module);
    ValueRange range = calibrated.range(module, scheme);
    return input == null || range == null ? null
        : of(calibrated.provenance(), input, range, module, scheme);
  }

  private static ModuleRanges of(Calibration.Provenance from, ObservedInput input,
      ValueRange range, String module, ActivationScheme scheme) {
    QuantParams params = range.params(scheme.mapping(), scheme.integers());
    Histogram histogram = input.histogram();
    // A symmetric scheme's integers cover more than one side of the range.
    double low = (scheme.integers().min() - params.zeroPoint()) * (double) params.scale();
    double high = (scheme.integers().max() - params.zeroPoint()) * (double) params.scale();
    return new ModuleRanges(module, input.extent().min(), input.extent().max(), low, high,
        params.scale(), params.zeroPoint(),
        scheme.observer().kind().name().toLowerCase(Locale.ROOT), binned(histogram.counts()),
        histogram.range().min(), histogram.range().max(),
        input.steps()
            .stream()
            .map(step -> new ModuleRanges.Step(step.timestep(), step.range().min(),
                step.range().max()))
            .toList(),
        from.source(), from.samples());
  }

  /** In fewer, equal parts; a count that lies in two of them is shared. */
  static double[] binned(double[] counts) {
    double[] parts = new double[ModuleRanges.BINS];
    double width = (double) parts.length / counts.length;
    for (int i = 0; i < counts.length; i++) {
      double from = i * width;
      double to = from + width;
      for (int part = (int) from; part < parts.length && part < to; part++) {
        double within = Math.min(to, part + 1) - Math.max(from, part);
        parts[part] += counts[i] * Math.max(0, within) / width;
      }
    }
    return parts;
  }
}
