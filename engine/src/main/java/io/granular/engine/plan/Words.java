package io.granular.engine.plan;

import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Observer;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Treatments;
import io.granular.engine.torch.ScalarType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The words a recipe file uses for the values of one key; read and written from the same table.
 *
 * @param words as in the file
 * @param values what they mean, in the same order
 */
record Words<T>(List<String> words, List<T> values) {
  static final Words<ScalarType> PRECISION = new Words<>(List.of("fp32", "fp16", "bf16"),
      List.of(ScalarType.F32, ScalarType.F16, ScalarType.BF16));
  static final Words<ScalarType> ATTENTION =
      new Words<>(List.of("fp32", "bf16"), List.of(ScalarType.F32, ScalarType.BF16));
  static final Words<Mapping> MAPPING = of(Mapping.values());
  static final Words<ActivationScheme.Range> RANGE = of(ActivationScheme.Range.values());
  static final Words<Observer.Kind> OBSERVER = of(Observer.Kind.values());
  static final Words<Treatments.Clip> CLIP = of(Treatments.Clip.values());
  static final Words<Scheme.Method> METHOD = of(Scheme.Method.values());

  static final Words<GgmlType> BLOCKS =
      new Words<>(GgmlType.writable().stream().map(GgmlType::word).toList(), GgmlType.writable());

  private static <E extends Enum<E>> Words<E> of(E[] values) {
    List<String> words =
        Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
    return new Words<>(words, List.of(values));
  }

  T meaning(String word) {
    return values.get(words.indexOf(word));
  }

  String word(T value) {
    return words.get(values.indexOf(value));
  }
}
