package io.granular.engine.studio;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a recipe will do to a model; estimates only, nothing was run.
 *
 * @param model what it was resolved against
 * @param recipe name of the recipe
 * @param modules every module with parameters, in network order
 * @param bytesBefore as stored; this and what follows is of the networks that text-to-image loads:
 *     all but the autoencoder's encoder
 * @param weights bytes of packed weights after
 * @param scales bytes of scales and zero points after
 * @param estimatedPeakRss bytes, for the model's default size
 * @param kernels kernel id to number of modules
 * @param ranges of static schemes; null if no module has one
 */
public record PlanSummary(String model, String recipe, List<ModulePlan> modules, long bytesBefore,
    long weights, long scales, long estimatedPeakRss, Map<String, Integer> kernels,
    @Nullable Ranges ranges) {
  /** Without static schemes. */
  public PlanSummary(String model, String recipe, List<ModulePlan> modules, long bytesBefore,
      long weights, long scales, long estimatedPeakRss, Map<String, Integer> kernels) {
    this(model, recipe, modules, bytesBefore, weights, scales, estimatedPeakRss, kernels, null);
  }

  /**
   * What is known about the ranges of static schemes.
   *
   * @param layers with static schemes
   * @param known how many of their ranges are known; the others are calibrated before a run
   * @param samples evaluations of the U-Net that were observed; 0 if nothing was calibrated
   * @param source {@code built-in prompts}, or the prompts file or image folder; empty if nothing was
   */
  public record Ranges(int layers, int known, int samples, String source) {}

  /**
   * The decision for one module.
   *
   * @param module full name
   * @param kind {@code Conv2d, Linear, GroupNorm, LayerNorm, Embedding}
   * @param decision {@code quantized}, {@code kept} or {@code skipped}
   * @param scheme short text, e.g. {@code int8 per_axis, dynamic int8 per_token} or {@code bf16}
   * @param reason why it is kept or skipped, or which rule decided
   * @param kernel id of the kernel that will run
   * @param simulated whether the kernel computes by quantize-dequantize
   * @param bytesBefore stored
   * @param bytesAfter weights plus scales
   * @param shape of its weight
   * @param parameters weight and bias
   * @param rule index of the deciding rule in the recipe's file; -1 if no rule matches
   * @param tensors the same for each of its stored tensors; empty where only the module is known
   */
  public record ModulePlan(String module, String kind, String decision, String scheme,
      String reason, String kernel, boolean simulated, long bytesBefore, long bytesAfter,
      List<Long> shape, long parameters, int rule, List<TensorPlan> tensors) {
    /** Of a module known as a whole. */
    public ModulePlan(String module, String kind, String decision, String scheme, String reason,
        String kernel, boolean simulated, long bytesBefore, long bytesAfter, List<Long> shape,
        long parameters, int rule) {
      this(module, kind, decision, scheme, reason, kernel, simulated, bytesBefore, bytesAfter,
          shape, parameters, rule, List.of());
    }
  }

  /** The decision for one stored tensor; the words are those of {@link ModulePlan}. */
  public record TensorPlan(String tensor, String decision, String scheme, String reason,
      String kernel, boolean simulated, long bytesBefore, long bytesAfter) {}
}
