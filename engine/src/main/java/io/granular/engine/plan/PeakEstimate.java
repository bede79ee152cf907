package io.granular.engine.plan;

import io.granular.engine.lower.Kernel;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Parameter;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.torch.JavaHeap;

/**
 * An estimate of the peak resident set of a generation, in bytes. The networks of text-to-image are
 * all held at once and run one after the other, so the peak is reached either while the largest
 * layer is packed or while the network that needs most runs. The constants were measured on Linux
 * with glibc; {@code docs/performance.md} has the table.
 *
 * @param baseline a started worker: JVM, libtorch and its code
 * @param weights packed weights and biases
 * @param scales scales and zero points
 * @param runtime what the first run adds and keeps: {@link #FIRST_RUN} and {@link Kernel#runtime} of
 *     every layer
 * @param packing the largest layer while it is packed, and integers that await Java's garbage
 *     collection
 * @param activations the network that needs most while it runs
 */
public record PeakEstimate(long baseline, long weights, long scales, long runtime, long packing,
    long activations) {
  /** Pages of libtorch's code that a first run touches, and of the Java heap. */
  static final long FIRST_RUN = 30_000_000;

  /**
   * What glibc's heap takes for each byte of tensors that lives in it. Tensors are aligned to 64
   * bytes, for which glibc looks for a block that is larger by as much: the hole that a tensor left
   * is too small for the next one of the same size unless a neighbour was freed too. Measured: 1.7
   * to 1.9.
   */
  static final double HEAP_SLACK = 1.9;

  /** Estimates a plan. */
  public static PeakEstimate of(Plan plan, PipelineGraphs graphs, RunShape shape, long baseline) {
    Plan run = plan.textToImage();
    Kernel.Cost cost = run.cost();
    long runtime = FIRST_RUN;
    long packing = 0;
    long integers = 0;
    for (ModulePlan module : run.modules()) {
      Kernel kernel = module.kernel();
      runtime += kernel == null ? 0 : kernel.runtime();
      // Beside its packed form a layer is there as fp32 once, or as integers twice.
      packing = Math.max(packing, 4 * elements(module));
      integers += module.decision() instanceof Decision.Quantized ? elements(module) : 0;
    }
    long activations = 0;
    for (Graph graph : graphs.networks().values()) {
      if (!graph.name().equals(PipelineGraphs.ENCODER)) {
        activations = Math.max(activations,
            ActivationMemory.peak(graph, shape.sizes(graph.name(), graphs.vae().factor()),
                plan.kernels(graph.name())));
      }
    }
    return new PeakEstimate(baseline, cost.weights(), cost.scales(), runtime,
        packing + Math.min(integers, JavaHeap.ROOM),
        Math.round(activations * HEAP_SLACK));
  }

  /** The estimated peak. */
  public long total() {
    return baseline + weights + scales + runtime + Math.max(packing, activations);
  }

  private static long elements(ModulePlan module) {
    return module.op().parameters().stream().mapToLong(Parameter::elements).sum();
  }
}
