package io.granular.engine.studio;

import io.granular.engine.metric.Interval;
import java.util.List;

/**
 * How much each module matters for the picture.
 *
 * @param modules in network order
 * @param timesteps at which {@link ModuleScore#sqnrDb} was measured, in the order a run takes them
 * @param divergence how far the latents are from full precision's after each network evaluation, relative to their size;
 *     empty if not measured
 */
public record Analysis(List<ModuleScore> modules, List<Double> timesteps,
    List<Interval> divergence) {
  public Analysis {
    modules = List.copyOf(modules);
    timesteps = List.copyOf(timesteps);
    divergence = List.copyOf(divergence);
  }

  /** Without divergence. */
  public Analysis(List<ModuleScore> modules, List<Double> timesteps) {
    this(modules, timesteps, List.of());
  }

  /** The same modules with the divergence of another analysis of the same recipe. */
  public Analysis withDivergence(List<Interval> measured) {
    return new Analysis(modules, timesteps, measured);
  }

  /**
   * What was measured about one module.
   *
   * @param module full name
   * @param sqnrDb signal to quantization noise ratio of its output in dB, per timestep; empty if
   *     not measured
   * @param sensitivity latent MSE when only this module is quantized; NaN if not measured
   * @param blame latent MSE gained when only this module is restored; NaN if not measured
   * @param bytesSaved by its quantization
   */
  public record ModuleScore(String module, double[] sqnrDb, double sensitivity, double blame,
      long bytesSaved) {}
}
