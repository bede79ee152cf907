package io.granular.engine.plan;

import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.IntegerScheme;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;

/** Schemes in a few of the recipe's own words. */
public final class SchemeText {
  private SchemeText() {}

  /** E.g. {@code bf16}, {@code int4 per_group 32 asymmetric}, {@code int8 per_axis, dynamic int8 per_token}, {@code gguf q4_0}. */
  public static String of(Scheme scheme) {
    return switch (scheme) {
      case Scheme.Keep(var dtype) -> Words.PRECISION.word(dtype);
      case Scheme.Integers(var weights, var activations, var method, var treatments) -> {
        String text = integers(weights);
        if (activations != null) {
          text += ", " + Words.RANGE.word(activations.range()) + " " + integers(activations);
        }
        if (treatments.any()) {
          text += " + " + String.join(" + ", treatments.names());
        }
        yield method == Scheme.Method.QAT ? text + " (qat)" : text;
      }
      case Scheme.Blocks(var type) -> "gguf " + type.word();
    };
  }

  /** Granularity as the recipe file calls it. */
  static String granularity(Granularity granularity) {
    return switch (granularity) {
      case Granularity.PerTensor _ -> "per_tensor";
      case Granularity.PerAxis _ -> "per_axis";
      case Granularity.PerGroup _ -> "per_group";
      case Granularity.PerToken _ -> "per_token";
    };
  }

  private static String integers(IntegerScheme scheme) {
    String size = scheme.granularity() instanceof Granularity.PerGroup(int n) ? " " + n : "";
    String mapping =
        scheme.mapping() == Mapping.SYMMETRIC ? "" : " " + Words.MAPPING.word(scheme.mapping());
    return "int" + scheme.bits() + " " + granularity(scheme.granularity()) + size + mapping;
  }
}
