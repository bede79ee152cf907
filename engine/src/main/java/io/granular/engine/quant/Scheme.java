package io.granular.engine.quant;

import io.granular.engine.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** What happens to one module's numbers. */
public sealed interface Scheme {
  /** Floats stay floats, at this precision ({@code F32}, {@code F16} or {@code BF16}). */
  record Keep(ScalarType dtype) implements Scheme {}

  /**
   * Integers.
   *
   * @param activations null leaves the input in floating point (weight-only)
   */
  record Integers(WeightScheme weights, @Nullable ActivationScheme activations,
      Method method) implements Scheme {}

  /** Post-training quantization or quantization-aware training. */
  enum Method {
    PTQ, QAT
  }
}
