package io.granular.engine.save;

import io.granular.engine.lower.QuantizedLayers;
import io.granular.engine.onnx.LayerForm;
import io.granular.engine.onnx.LayerSource;
import io.granular.engine.plan.Decision;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.QuantParams;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One network's layers as a plan has them, for ONNX. */
final class OnnxLayers implements LayerSource {
  private final Map<String, ModulePlan> plans = new HashMap<>();
  private final TensorSource tensors;
  private final SavedWeights weights;
  private final SaveProgress progress;
  private final boolean withInputs;

  /**
   * @param tensors of the network's component
   * @param withInputs whether inputs with a static range are quantized too; else only weights that stay without integers'
   *     inputs are, and the others are written as floats, for programs that quantize by themselves
   */
  OnnxLayers(SaveSubject subject, String network, TensorSource tensors, SavedWeights weights,
      SaveProgress progress, boolean withInputs) {
    for (ModulePlan module : subject.plan().modules()) {
      if (module.network().equals(network)) {
        plans.put(module.module(), module);
      }
    }
    this.tensors = tensors;
    this.weights = weights;
    this.progress = progress;
    this.withInputs = withInputs;
  }

  @Override
  public LayerForm form(String module) {
    return form(plan(module), withInputs);
  }

  static LayerForm form(ModulePlan module, boolean withInputs) {
    return switch (module.decision()) {
      case Decision.Kept(var dtype) -> new LayerForm.Floats(dtype);
      case Decision.Skipped(_, var dtype, _) -> new LayerForm.Floats(dtype);
      case Decision.Quantized(Scheme.Integers(var scheme, var activations, _, var treatments)) -> {
        LayerForm.InputCodes codes = codes(module, activations);
        yield codes != null && !withInputs
            ? new LayerForm.Floats(ScalarType.F32)
            : new LayerForm.Integers(scheme, codes, treatments.biasCorrection());
      }
      case Decision.Quantized(Scheme.Blocks(var type)) ->
        throw new IllegalStateException(module.name() + " becomes " + type.word());
    };
  }

  /** How a layer's input becomes integers; null if it stays floats. */
  static LayerForm.@Nullable InputCodes codes(ModulePlan module,
      @Nullable ActivationScheme activations) {
    if (activations == null) {
      return null;
    }
    ValueRange range = Objects.requireNonNull(
        QuantizedLayers.range(Objects.requireNonNull(module.kernel())), module.name());
    QuantParams params = range.params(activations.mapping(), activations.integers());
    return new LayerForm.InputCodes(params.scale(), params.zeroPoint(),
        activations.mapping() != Mapping.ASYMMETRIC);
  }

  @Override
  public Weight weight(String module) {
    progress.next();
    ModulePlan plan = plan(module);
    if (!(weights.of(plan) instanceof QuantizedWeight.Integers integers)) {
      throw new IllegalStateException(plan.name() + " has no integers");
    }
    QuantizedTensor q = integers.parts().getFirst().integers();
    if (!integers.treatments().biasCorrection()) {
      return new Weight(q, null);
    }
    String name = module + ".bias";
    float[] bias = tensors.contains(name) ? Numbers.read(tensors, name) : new float[q.rows()];
    integers.correct(bias);
    return new Weight(q, bias);
  }

  private ModulePlan plan(String module) {
    return Objects.requireNonNull(plans.get(module), module);
  }
}
