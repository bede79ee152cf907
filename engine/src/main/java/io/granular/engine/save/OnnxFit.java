package io.granular.engine.save;

import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.onnx.LayerForm;
import io.granular.engine.plan.Decision;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Treatments;
import java.util.Optional;

/** What ONNX's operators can say of a module, and how many bytes it takes. */
final class OnnxFit {
  private static final int NARROW_BITS = 4;

  private OnnxFit() {}

  /** What cannot be said of a module; empty if everything can. */
  static Optional<Refusal> refusal(ModulePlan module) {
    return switch (module.decision()) {
      case Decision.Kept _ -> Optional.empty();
      case Decision.Skipped _ -> Optional.empty();
      case Decision.Quantized(Scheme.Blocks(var type)) -> Optional.of(new Refusal(module.name(),
          OnnxWriter.text(module), "ONNX has no blocks of " + type.word(),
          "integers of as many bits in groups of 32, or --format gguf"));
      case Decision.Quantized(Scheme.Integers(_, var activations, _, var treatments)) -> {
        if (activations != null && activations.range() == ActivationScheme.Range.DYNAMIC) {
          yield refused(module, "QuantizeLinear needs a range that is known beforehand, and this "
              + "one is taken while running", "\"range\": \"static\", or weights only");
        }
        if (activations != null && activations.bits() != 8) {
          yield refused(module,
              "inputs of " + activations.bits() + " bits have no operator that "
                  + "programs compute with",
              "inputs of 8 bits");
        }
        yield treated(module, treatments);
      }
    };
  }

  private static Optional<Refusal> treated(ModulePlan module, Treatments treatments) {
    if (treatments.lowRank() > 0 || treatments.smooth() != null || treatments.rotate()
        || treatments.split()) {
      return refused(module, "smoothing, rotation, splitting and low-rank branches change the "
          + "layer's input, which this export does not write",
          "gptq, clip and bias_correction, or --format safetensors");
    }
    return Optional.empty();
  }

  private static Optional<Refusal> refused(ModulePlan module, String problem, String nearest) {
    return Optional
        .of(new Refusal(module.name(), OnnxWriter.text(module), problem, nearest));
  }

  /** Bytes of a module's tensors, estimated from its form. */
  static long bytes(Op op, LayerForm form) {
    long elements = op.parameters().stream().mapToLong(Parameter::elements).sum();
    return switch (form) {
      case LayerForm.Floats(var type) -> elements * type.bytes() + 200;
      case LayerForm.Integers(var scheme, var input, _) -> {
        Op.Matrix matrix = (Op.Matrix) op;
        long weights = matrix.rows() * matrix.columns();
        boolean narrow = scheme.bits() <= NARROW_BITS && input == null;
        long scales =
            weights / scheme.granularity().runLength(matrix.rows(), matrix.columns());
        yield (narrow ? weights / 2 : weights) + (elements - weights) * 4
            + scales * (scheme.mapping() == Mapping.ASYMMETRIC ? 5 : 4) + 1000;
      }
    };
  }
}
