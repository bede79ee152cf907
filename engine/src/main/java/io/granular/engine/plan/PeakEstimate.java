package io.granular.engine.plan;

import io.granular.engine.lower.Kernel;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;

/**
 * An estimate of the peak resident set of a generation, in bytes. The model is simple on purpose: the
 * networks of text-to-image are all held at once, they run one after the other, and what a network
 * needs while it runs is {@link ActivationMemory} times {@link #HEAP_SLACK}. Pages of memory-mapped
 * model files are not counted; the system takes them back when memory is short.
 *
 * @param baseline a started worker: JVM, libtorch and its code
 * @param weights packed weights and biases
 * @param scales scales and zero points
 * @param activations the network that needs most while it runs
 */
public record PeakEstimate(long baseline, long weights, long scales, long activations) {
  /**
   * What libtorch's heap takes for each byte that lives in it, because freed blocks seldom fit the next
   * tensor. Measured with SD 1.5's networks at 512 x 512 on Linux: 1.4 (autoencoder), 1.7 (U-Net, 8 bit)
   * to 2.5 (U-Net, 4 bit).
   */
  public static final double HEAP_SLACK = 1.75;

  /** Estimates a plan. */
  public static PeakEstimate of(Plan plan, PipelineGraphs graphs, RunShape shape, long baseline) {
    Kernel.Cost cost = plan.textToImage().cost();
    long activations = 0;
    for (Graph graph : graphs.networks().values()) {
      if (!graph.name().equals(PipelineGraphs.ENCODER)) {
        activations = Math.max(activations,
            ActivationMemory.peak(graph, shape.sizes(graph.name(), graphs.vae().factor()),
                plan.kernels(graph.name())));
      }
    }
    return new PeakEstimate(baseline, cost.weights(), cost.scales(),
        Math.round(activations * HEAP_SLACK));
  }

  /** The estimated peak. */
  public long total() {
    return baseline + weights + scales + activations;
  }
}
