package io.granular.engine.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One object of a recipe file, read key by key; every complaint names the place and the remedy. */
final class Fields {
  private final JsonNode node;
  private final String place;
  private final String prefix;

  /**
   * @param node what should be an object
   * @param place file and, if known, rule
   * @param prefix how the keys' path within the rule begins: empty or e.g. {@code weights.}
   * @param known every key the object may have
   */
  Fields(JsonNode node, String place, String prefix, List<String> known) {
    this.node = node;
    this.place = place;
    this.prefix = prefix;
    if (!node.isObject()) {
      String what = prefix.isEmpty() ? "this" : prefix.substring(0, prefix.length() - 1);
      throw error(what + " is " + node + "; it must be an object with the keys "
          + String.join(", ", known));
    }
    for (var field : node.properties()) {
      if (!known.contains(field.getKey())) {
        throw error("unknown key \"" + prefix + field.getKey() + "\"; the nearest known key is \""
            + prefix + Nearest.to(field.getKey(), known, 1).getFirst() + "\" (known: "
            + String.join(", ", known) + ")");
      }
    }
  }

  boolean has(String key) {
    return node.has(key);
  }

  /** The value of a key that must be there. */
  JsonNode require(String key, String expected) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw error("\"" + prefix + key + "\" is missing; it must be " + expected);
    }
    return value;
  }

  /** A text that must be there and not be blank. */
  String text(String key) {
    JsonNode value = require(key, "a text");
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw wrong(key, value, "a text that is not blank");
    }
    return value.textValue();
  }

  /** A text, or null if the key is absent. */
  @Nullable
  String optionalText(String key) {
    JsonNode value = node.get(key);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrong(key, value, "a text");
    }
    return value.textValue();
  }

  /** True or false; false if the key is absent. */
  boolean flag(String key) {
    JsonNode value = node.get(key);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrong(key, value, "true or false");
    }
    return value.booleanValue();
  }

  /** A whole number that must be there; {@code 8.0} is whole, as in JSON Schema. */
  int integer(String key, int min, int max) {
    String expected =
        min == max ? Integer.toString(min) : "a whole number from " + min + " to " + max;
    JsonNode value = require(key, expected);
    if (!value.isNumber() || !value.canConvertToInt() || !value.canConvertToExactIntegral()
        || value.intValue() < min || value.intValue() > max) {
      throw wrong(key, value, expected);
    }
    return value.intValue();
  }

  /** A number above {@code min} and up to {@code max} that must be there. */
  double number(String key, int min, int max) {
    String expected = "a number above " + min + " and up to " + max;
    JsonNode value = require(key, expected);
    if (!value.isNumber() || !(value.doubleValue() > min && value.doubleValue() <= max)) {
      throw wrong(key, value, expected);
    }
    return value.doubleValue();
  }

  /** One of the allowed words; {@code fallback} if the key is absent. */
  String word(String key, List<String> allowed, String fallback) {
    JsonNode value = node.get(key);
    if (value == null) {
      return fallback;
    }
    if (!value.isTextual() || !allowed.contains(value.textValue())) {
      throw wrong(key, value, "one of " + String.join(", ", allowed));
    }
    return value.textValue();
  }

  /** As {@link #word}, giving what the word means. */
  <T> T choice(String key, Words<T> words, T fallback) {
    return words.meaning(word(key, words.words(), words.word(fallback)));
  }

  /** An object within this one. */
  Fields object(String key, List<String> known) {
    return new Fields(require(key, "an object"), place, prefix + key + ".", known);
  }

  /** A key as errors call it. */
  String named(String key) {
    return "\"" + prefix + key + "\"";
  }

  BadRecipeException wrong(String key, JsonNode value, String expected) {
    return error("\"" + prefix + key + "\" is " + value + "; it must be " + expected);
  }

  BadRecipeException error(String problem) {
    return new BadRecipeException(place, problem);
  }
}
