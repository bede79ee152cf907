package io.granular.engine.plan;

import io.granular.engine.lower.Kernel;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Parameter;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.torch.JavaHeap;
import java.util.Comparator;

/**
 * An estimate of the peak resident set of a generation, in bytes. Each network of text-to-image is first packed and then
 * runs, beside the networks that stay packed ({@link Plan#stays}); the peak is that of the stage which needs most. The
 * constants were measured on Linux with glibc; {@code docs/performance.md} has the table.
 *
 * @param baseline a started worker: JVM, libtorch and its code
 * @param weights packed weights and biases that are held in the stage of the peak
 * @param scales their scales and zero points
 * @param runtime what the first run adds and keeps: {@link #FIRST_RUN} and {@link Kernel#runtime} of
 *     every layer
 * @param working what that stage needs besides: values between layers, or the largest layer while it is packed and the
 *     integers that await Java's garbage collection, or what is held while statistics for treatments are collected
 */
public record PeakEstimate(long baseline, long weights, long scales, long runtime, long working) {
  /** Pages of libtorch's code that a first run touches, and of the Java heap. */
  static final long FIRST_RUN = 30_000_000;

  /**
   * What glibc's heap takes for each byte of tensors that comes and goes in it; holes do not always fit. Pictures are
   * decoded without it, in pages of their own.
   */
  static final double HEAP_SLACK = 1.5;

  /** @param working besides what is held */
  private record Stage(Kernel.Cost held, long working) {
    long total() {
      return held.total() + working;
    }
  }

  /** Estimates a plan. */
  public static PeakEstimate of(Plan plan, PipelineGraphs graphs, RunShape shape, long baseline) {
    Plan run = plan.textToImage();
    long runtime = FIRST_RUN;
    for (ModulePlan module : run.modules()) {
      Kernel kernel = module.kernel();
      runtime += kernel == null ? 0 : kernel.runtime();
    }
    Stage peak = graphs.networks()
        .values()
        .stream()
        .filter(graph -> !graph.name().equals(PipelineGraphs.ENCODER))
        .map(graph -> stage(run, graphs, graph, shape))
        .max(Comparator.comparingLong(Stage::total))
        .orElseThrow();
    return new PeakEstimate(baseline, peak.held.weights(), peak.held.scales(), runtime,
        peak.working);
  }

  private static Stage stage(Plan plan, PipelineGraphs graphs, Graph graph, RunShape shape) {
    String name = graph.name();
    Kernel.Cost held =
        plan.only(network -> network.equals(name) || plan.stays(network)).cost();
    long values = ActivationMemory.peak(graph,
        shape.sizes(name, graphs.vae().factor()), plan.kernels(name));
    boolean heap = !PipelineGraphs.component(name).equals("vae");
    long running = Math.round(values * (heap ? HEAP_SLACK : 1));
    long collecting = name.equals("unet")
        ? CollectionMemory.of(plan, graph, shape.sizes(name, graphs.vae().factor()), running)
        : 0;
    return new Stage(held,
        Math.max(Math.max(packing(plan.only(name::equals)), running), collecting));
  }

  private static long packing(Plan network) {
    long largest = 0;
    long integers = 0;
    for (ModulePlan module : network.modules()) {
      // Beside its packed form a layer is there as fp32 once, or as integers twice.
      largest = Math.max(largest, 4 * elements(module));
      integers += module.decision() instanceof Decision.Quantized ? elements(module) : 0;
    }
    return largest + Math.min(integers, JavaHeap.ROOM);
  }

  /** The estimated peak. */
  public long total() {
    return baseline + weights + scales + runtime + working;
  }

  private static long elements(ModulePlan module) {
    return module.op().parameters().stream().mapToLong(Parameter::elements).sum();
  }
}
