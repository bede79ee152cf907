package io.granular.engine.calibrate;

import io.granular.engine.quant.ValueRange;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** All that is remembered about one layer's input: a few histograms, never the numbers. */
final class InputObserver {
  private final MinMaxObserver extent = new MinMaxObserver();
  private final MovingAverageObserver average = new MovingAverageObserver();
  private final HistogramObserver histogram = new HistogramObserver();
  private final PercentileObserver magnitudes = new PercentileObserver();
  private final EntropyObserver around = new EntropyObserver(EntropyObserver.USUAL_BINS);
  /** By timestep, the noisiest first. */
  private final SequencedMap<Double, MinMaxObserver> steps =
      new TreeMap<Double, MinMaxObserver>().reversed();

  /**
   * Takes in one evaluation's input.
   *
   * @param parts give the numbers, each a part of them and the same whenever asked
   * @param timestep of the evaluation; NaN for networks that have none
   */
  void observe(List<Supplier<float[]>> parts, double timestep) {
    MinMaxObserver whole = new MinMaxObserver();
    parts.forEach(part -> whole.observe(Extent.of(part.get())));
    ValueRange seen = whole.range();
    extent.observe(seen);
    average.observe(seen);
    for (Supplier<float[]> part : parts) {
      float[] x = part.get();
      histogram.observe(x, seen);
      magnitudes.observe(x, seen);
      around.observe(x, seen);
    }
    if (!Double.isNaN(timestep)) {
      steps.computeIfAbsent(timestep, t -> new MinMaxObserver()).observe(seen);
    }
  }

  /** Whether anything was observed. */
  boolean isEmpty() {
    return !extent.hasSeen();
  }

  /** What was observed so far, for these layers. */
  ObservedInput result(List<String> modules) {
    return new ObservedInput(modules, extent.range(), average.range(), histogram.histogram(),
        magnitudes.histogram(), around.histogram(),
        steps.entrySet()
            .stream()
            .map(e -> new ObservedInput.Step(e.getKey(), e.getValue().range()))
            .toList());
  }

  /** Bytes held by histograms and ranges. */
  long bytes() {
    int bins = histogram.histogram().counts().length + magnitudes.histogram().counts().length
        + around.histogram().counts().length;
    return Long.BYTES * (bins + 4L * steps.size() + 32);
  }
}
