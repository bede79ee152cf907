package io.granular.app.modules;

import io.granular.app.edit.Field;
import io.granular.app.edit.Fields;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Modules in words. */
final class ModuleWords {
  /** Characters that surely fit beside each other in the inspector. */
  private static final int LINE = 38;

  private final Texts texts;
  private final Numbers numbers;
  private final Fields fields;

  ModuleWords(Texts texts) {
    this.texts = texts;
    numbers = texts.numbers();
    fields = new Fields(texts);
  }

  Texts texts() {
    return texts;
  }

  Numbers numbers() {
    return numbers;
  }

  Fields fields() {
    return fields;
  }

  /** E.g. {@code conv 3×3} or {@code linear}. */
  String kind(ModulePlan module) {
    return switch (module.kind()) {
      case "Conv2d" -> module.shape().size() == 4
          ? texts.format("kind.conv", module.shape().get(2) + "×" + module.shape().get(3))
          : texts.format("kind.conv", "");
      case "Linear" -> texts.get("kind.linear");
      case "GroupNorm", "LayerNorm" -> texts.get("kind.norm");
      case "Embedding" -> texts.get("kind.embedding");
      default -> module.kind();
    };
  }

  /** E.g. {@code 96×4×3×3}. */
  static String shape(List<Long> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining("×"));
  }

  /** A part of a row's scheme; empty if it has none. */
  String value(RowState state, Field field) {
    RowState.Value value = state.values().get(field);
    if (value == null) {
      return "";
    }
    return value.mixed() ? texts.get("value.mixed") : fields.value(field, value.value());
  }

  /** Input bits and where the range comes from, e.g. {@code 8 bit · token}. */
  String activations(RowState state) {
    String range = value(state, Field.ACTIVATIONS);
    String bits = value(state, Field.ACTIVATION_BITS);
    RowState.Value ranges = state.values().get(Field.ACTIVATIONS);
    if (bits.isEmpty() || ranges == null || ranges.mixed()) {
      return range;
    }
    return texts.format("value.activations", bits,
        texts.get("value.range." + ranges.value().replace(' ', '.')));
  }

  /** E.g. {@code 331 → 84 kB}. */
  String bytes(RowState state) {
    String before = numbers.bytes(state.bytesBefore());
    String after = numbers.bytes(state.bytesAfter());
    String unit = after.substring(after.indexOf('\u00a0') + 1);
    // A unit that both have is written once.
    return before.endsWith("\u00a0" + unit)
        ? before.substring(0, before.indexOf('\u00a0')) + " → " + after
        : before + " → " + after;
  }

  /** Names that are too long for a line of the inspector, broken after their dots. */
  static String wrapping(String text) {
    StringJoiner lines = new StringJoiner(" ");
    for (String word : text.split(" ", -1)) {
      StringBuilder broken = new StringBuilder();
      int line = 0;
      for (String part : word.split("(?<=\\.)", -1)) {
        if (line > 0 && line + part.length() > LINE) {
          broken.append('\n');
          line = 0;
        }
        broken.append(part);
        line += part.length();
      }
      lines.add(broken);
    }
    return lines.toString();
  }
}
