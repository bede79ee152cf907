package io.granular.app.edit;

import java.util.List;
import java.util.Locale;

/** One part of a scheme that a person chooses. Values are words of the recipe file. */
public enum Field {
  /** {@code fp32, fp16, bf16}, {@code int8} to {@code int2}, or a GGUF block type such as {@code q4_0}. */
  WEIGHTS("fp32", "fp16", "bf16", "int8", "int7", "int6", "int5", "int4", "int3", "int2"),
  /** Which weights share a scale; a group with its size. */
  GRANULARITY("per_tensor", "per_axis", "per_group 16", "per_group 32", "per_group 64",
      "per_group 128"),
  /** How floats map to integers. */
  MAPPING("symmetric", "symmetric_no_clipping_err", "asymmetric"),
  /** Whether the input becomes integers too, and where its range comes from. */
  ACTIVATIONS("none", "dynamic per_token", "dynamic per_tensor", "static"),
  /** Bits of the input's integers. */
  ACTIVATION_BITS("8", "7", "6", "5", "4", "3", "2"),
  /** How a static range follows from what calibration saw. */
  OBSERVER("histogram", "minmax", "moving_average", "percentile", "entropy", "mse"),
  /** Post-training quantization or quantization-aware training. */
  METHOD("ptq", "qat");

  /** GGUF block types with a kernel; offered where the engine's own recipes use such types. */
  public static final List<String> BLOCK_TYPES = List.of("q8_0", "q5_1", "q5_0", "q4_1", "q4_0");

  @SuppressWarnings("ImmutableEnumChecker") // List.of gives one that cannot change
  private final List<String> choices;

  Field(String... choices) {
    this.choices = List.of(choices);
  }

  /** What can be chosen, apart from {@link #BLOCK_TYPES}. */
  public List<String> choices() {
    return choices;
  }

  /** For texts and ids, e.g. {@code activation-bits}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
