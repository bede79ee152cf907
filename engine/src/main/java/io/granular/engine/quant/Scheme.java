package io.granular.engine.quant;

import io.granular.engine.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** What happens to one module's numbers. */
public sealed interface Scheme {
  /** Floats stay floats, at this precision ({@code F32}, {@code F16} or {@code BF16}). */
  record Keep(ScalarType dtype) implements Scheme {}

  /** The weights take fewer bits. */
  sealed interface Quantized extends Scheme {
    /** How the numbers of the weights are stored. */
    TensorScheme weights();

    /** How they are found. */
    Method method();
  }

  /**
   * Integers.
   *
   * @param activations null leaves the input in floating point (weight-only)
   * @param treatments what is done to the weights and the input besides
   */
  record Integers(WeightScheme weights, @Nullable ActivationScheme activations,
      Method method, Treatments treatments) implements Quantized {

    /** Rounded to the nearest. */
    public Integers(WeightScheme weights, @Nullable ActivationScheme activations, Method method) {
      this(weights, activations, method, Treatments.NONE);
    }

    /** The same with other treatments. */
    public Integers with(Treatments other) {
      return new Integers(weights, activations, method, other);
    }
  }

  /**
   * Weight-only, in GGML's blocks, as GGUF files hold them.
   *
   * @param weights one of {@link GgmlType#writable}
   */
  record Blocks(GgmlType weights) implements Quantized {
    public Blocks {
      if (!GgmlType.writable().contains(weights)) {
        throw new IllegalArgumentException("weights cannot be quantized to " + weights.word()
            + ", which is only read; use one of "
            + GgmlType.writable().stream().map(GgmlType::word).toList());
      }
    }

    @Override
    public Method method() {
      return Method.PTQ;
    }
  }

  /** Post-training quantization or quantization-aware training. */
  enum Method {
    PTQ, QAT
  }
}
