package io.granular.engine.analyze;

import io.granular.engine.metric.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was measured about a recipe against full precision (fp32). Means and intervals are over prompts and seeds.
 *
 * @param model what was analysed
 * @param recipe id or path as asked for
 * @param recipeJson text of the recipe as it was used
 * @param error what {@link Effect#error} is: {@code latents}, the mean squared error of the final latents, or
 *     {@code prediction}, that of single guided U-Net predictions
 * @param by what was quantized or restored together
 * @param prompts that were used
 * @param seeds that were used
 * @param steps of the sampler
 * @param signal mean square of what errors were measured on, in full precision; an error divided by it is relative
 * @param total effect of the whole recipe
 * @param rest effect of the recipe with all measured units restored to full precision: what no unit accounts for; null if
 *     no sensitivities were measured
 * @param units in network order
 * @param timesteps at which signal to noise was measured, in the order a run takes them
 * @param sqnr of the U-Net's quantized layers
 * @param divergence after each network evaluation; empty if not measured
 * @param noiseFloor what other kernels change in full precision; empty if not measured
 * @param seconds the whole analysis took
 * @param notes what differs from what was asked
 */
public record AnalysisResult(String model, String recipe, String recipeJson, String error,
    Grouping by, List<String> prompts, List<Long> seeds, int steps, double signal, Effect total,
    @Nullable Effect rest, List<UnitScore> units, List<Double> timesteps, List<LayerSqnr> sqnr,
    List<Interval> divergence, List<Floor> noiseFloor, double seconds, List<String> notes) {

  /**
   * How far a changed pipeline is from full precision.
   *
   * @param error mean squared error of the latents or of predictions
   * @param pictureMse mean squared difference of the pictures in squared 8-bit levels; no samples if not measured
   * @param psnr of the pictures in dB, from the mean of {@code pictureMse}; infinite if they are identical, NaN if not
   *     measured
   * @param flip mean FLIP error of the pictures; no samples if not measured
   */
  public record Effect(Interval error, Interval pictureMse, double psnr, Interval flip) {}

  /**
   * One unit.
   *
   * @param unit its name
   * @param modules that belong to it and were changed
   * @param bytesSaved stored bytes less those that it holds when quantized
   * @param sensitivity effect when it alone is quantized; null if not measured
   * @param blame by how much the error falls when it alone is restored, pair by pair; null if not measured
   */
  public record UnitScore(String unit, List<String> modules, long bytesSaved,
      @Nullable Effect sensitivity, @Nullable Interval blame) {}

  /**
   * Signal to quantization noise of one layer's output for the same input, over all samples.
   *
   * @param module full name
   * @param decibel per timestep; infinite where nothing differs
   */
  public record LayerSqnr(String module, List<Double> decibel) {}

  /**
   * A full-precision pipeline by other kernels.
   *
   * @param kernels what was used, e.g. {@code fp32 by aten}
   */
  public record Floor(String kernels, Effect effect) {}
}
