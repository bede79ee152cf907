package io.granular.engine.run;

import java.util.List;
import java.util.Map;

/** Times one network step, in the process that holds libtorch. */
@FunctionalInterface
public interface Bench {
  /**
   * Builds the network with synthetic weights (or the demo model's own), warms up and times it.
   *
   * @throws RuntimeException with a message that says what, where and the remedy
   */
  Timing time(Case work);

  /**
   * What to time.
   *
   * @param shape {@code sd15}: one U-Net step at 64x64 latents, batch 2, 77x768 context;
   *     {@code sdxl}: 128x128 latents, batch 2, 77x2048 context; {@code demo}: the bundled model's
   * @param recipe id of a built-in recipe or path of a recipe file
   * @param warmup untimed runs first
   * @param runs timed runs
   * @param threads computing threads; 0 for the number of cores
   * @param layers whether every kind of layer is timed by itself instead of the whole step
   */
  record Case(String shape, String recipe, int warmup, int runs, int threads, boolean layers) {}

  /**
   * What was measured.
   *
   * @param seconds of each timed run, in order; empty if layers were timed
   * @param weights bytes of packed weights
   * @param peakRss peak resident set in bytes
   * @param kernels kernel id to number of layers it ran
   * @param layers each kind of layer, if that was asked for
   */
  record Timing(List<Double> seconds, long weights, long peakRss, Map<String, Integer> kernels,
      List<LayerTiming> layers) {}

  /**
   * One layer by itself.
   *
   * @param module the first of its kind
   * @param kind e.g. {@code conv 3x3 320 > 640}
   * @param input shape of its input
   * @param count how many layers of the network are like it
   * @param kernel id of what was timed
   * @param seconds per call
   */
  record LayerTiming(String module, String kind, List<Long> input, int count, String kernel,
      double seconds) {}
}
