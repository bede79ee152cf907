package io.granular.engine.studio;

import java.util.List;

/**
 * How much each module matters for the picture.
 *
 * @param modules in network order
 * @param timesteps at which {@link ModuleScore#sqnrDb} was measured, in the order a run takes them
 */
public record Analysis(List<ModuleScore> modules, List<Double> timesteps) {

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
