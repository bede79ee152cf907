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
   * @param treatments what is done to the weights and the input besides
   */
  record Integers(WeightScheme weights, @Nullable ActivationScheme activations,
      Method method, Treatments treatments) implements Scheme {

    /** Rounded to the nearest. */
    public Integers(WeightScheme weights, @Nullable ActivationScheme activations, Method method) {
      this(weights, activations, method, Treatments.NONE);
    }

    /** The same with other treatments. */
    public Integers with(Treatments other) {
      return new Integers(weights, activations, method, other);
    }
  }

  /** Post-training quantization or quantization-aware training. */
  enum Method {
    PTQ, QAT
  }
}
