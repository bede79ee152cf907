package io.granular.engine.plan;

import io.granular.engine.quant.Scheme;
import io.granular.engine.torch.ScalarType;
import java.util.Optional;

/** What a plan does to one module. */
public sealed interface Decision {
  /** The weights take fewer bits. */
  record Quantized(Scheme.Quantized scheme) implements Decision {}

  /**
   * The weights stay floats, as a rule says or because none speaks of them.
   *
   * @param dtype in which they are held; for norms that of the network around them
   */
  record Kept(ScalarType dtype) implements Decision {}

  /**
   * A rule asks for fewer bits but the module cannot have them.
   *
   * @param asked what the rule says
   * @param dtype in which the weights are held instead
   * @param reason one sentence for people
   */
  record Skipped(Scheme.Quantized asked, ScalarType dtype, String reason) implements Decision {}

  /** {@code quantized}, {@code kept} or {@code skipped}. */
  default String word() {
    return switch (this) {
      case Quantized _ -> "quantized";
      case Kept _ -> "kept";
      case Skipped _ -> "skipped";
    };
  }

  /** The floating-point type the numbers are held in; empty if they are quantized. */
  default Optional<ScalarType> held() {
    return switch (this) {
      case Quantized _ -> Optional.empty();
      case Kept(var dtype) -> Optional.of(dtype);
      case Skipped(_, var dtype, _) -> Optional.of(dtype);
    };
  }

  /** What the module's numbers will be, e.g. {@code int8 per_axis, dynamic int8 per_token} or {@code bf16}. */
  default String text() {
    return switch (this) {
      case Quantized(var scheme) -> SchemeText.of(scheme);
      case Kept(var dtype) -> Words.PRECISION.word(dtype);
      case Skipped(_, var dtype, _) -> Words.PRECISION.word(dtype);
    };
  }
}
