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
   */
  record Case(String shape, String recipe, int warmup, int runs, int threads) {}

  /**
   * What was measured.
   *
   * @param seconds of each timed run, in order
   * @param weights bytes of packed weights
   * @param peakRss peak resident set in bytes
   * @param kernels kernel id to number of layers it ran
   */
  record Timing(List<Double> seconds, long weights, long peakRss, Map<String, Integer> kernels) {}
}
