package io.granular.app.edit;

import io.granular.app.control.Choice;
import io.granular.app.text.Texts;
import io.granular.engine.studio.RecipeInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Fields and their values as a person reads them. */
public final class Fields {
  private final Texts texts;

  /** In the language of {@code texts}. */
  public Fields(Texts texts) {
    this.texts = texts;
  }

  /** The name of a field. */
  public String name(Field field) {
    return texts.get("field." + field.key());
  }

  /** A value as a person reads it; unknown ones as they are written in the recipe. */
  public String value(Field field, String value) {
    return switch (field) {
      case WEIGHTS -> value.startsWith("int")
          ? texts.format("value.bits", value.substring(3))
          : Field.BLOCK_TYPES.contains(value) ? "GGUF " + value.toUpperCase(Locale.ROOT)
              : value;
      case GRANULARITY -> value.startsWith("per_group")
          ? texts.format("value.group", value.substring(value.indexOf(' ') + 1))
          : known(field, value);
      case ACTIVATION_BITS -> value.isEmpty() ? "" : texts.format("value.bits", value);
      case MAPPING, ACTIVATIONS, OBSERVER, METHOD -> known(field, value);
    };
  }

  /** What can be chosen, with the engine's block types where its own recipes use such. */
  public List<Choice> choices(Field field, Collection<RecipeInfo> recipes) {
    List<String> values = new ArrayList<>(field.choices());
    if (field == Field.WEIGHTS
        && recipes.stream().anyMatch(recipe -> recipe.json().contains("\"type\""))) {
      values.addAll(Field.BLOCK_TYPES);
    }
    return values.stream()
        .map(value -> new Choice(value, value(field, value), value(field, value)))
        .toList();
  }

  private String known(Field field, String value) {
    boolean known = field.choices().contains(value) && !value.isEmpty();
    return known
        ? texts.get("value." + field.key() + "." + value.replace(' ', '.'))
        : value;
  }
}
