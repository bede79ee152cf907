package io.granular.engine.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.BadModelException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of the resolved options of one sampler. The keys a sampler reads exist, because its
 * defaults hold them; a value of the wrong type or range is the model file's fault.
 */
record Settings(Path file, ObjectNode json) {
  boolean has(String key) {
    return json.has(key);
  }

  /** Null means false, as in diffusers; so does a key that this sampler does not have. */
  boolean flag(String key) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw bad(key, "It must be true or false.");
    }
    return value.booleanValue();
  }

  int integer(String key, int min, int max) {
    JsonNode value = json.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < min
        || value.intValue() > max) {
      throw bad(key, "It must be a whole number from " + min + " to " + max + ".");
    }
    return value.intValue();
  }

  double number(String key, double min, double max) {
    JsonNode value = json.path(key);
    if (!value.isNumber() || !(value.doubleValue() >= min && value.doubleValue() <= max)) {
      throw bad(key, "It must be a number from " + min + " to " + max + ".");
    }
    return value.doubleValue();
  }

  /** A number above 0, or null. */
  @Nullable
  Double positiveOrNull(String key) {
    return json.path(key).isNull() || !has(key)
        ? null
        : (Double) number(key, Double.MIN_VALUE, Double.MAX_VALUE);
  }

  /** The whole numbers of a list. */
  List<Integer> integers(String key) {
    JsonNode list = json.path(key);
    boolean whole = list.isArray();
    for (JsonNode e : list) {
      whole &= e.isInt();
    }
    if (!whole) {
      throw bad(key, "It must be a list of whole numbers.");
    }
    return list.valueStream().map(JsonNode::intValue).toList();
  }

  /** One of the allowed texts. */
  String oneOf(String key, String... allowed) {
    JsonNode value = json.path(key);
    if (!value.isTextual() || !List.of(allowed).contains(value.textValue())) {
      throw bad(key, "Granular supports " + String.join(", ", allowed) + ".");
    }
    return value.textValue();
  }

  Spacing spacing() {
    return Named.find(Spacing.class, json.path("timestep_spacing").asText())
        .orElseThrow(() -> bad("timestep_spacing",
            "Granular supports " + Named.list(Spacing.class) + "."));
  }

  Prediction prediction() {
    String name = json.path("prediction_type").asText();
    for (Prediction p : Prediction.values()) {
      if (p.configName().equals(name)) {
        return p;
      }
    }
    throw bad("prediction_type", "Granular supports epsilon, v_prediction and sample.");
  }

  /** How the noise levels are spread, from the {@code use_..._sigmas} keys. */
  SigmaSpacing sigmaSpacing() {
    SigmaSpacing chosen = SigmaSpacing.DEFAULT;
    for (SigmaSpacing spacing : SigmaSpacing.values()) {
      if (flag(spacing.configKey())) {
        if (chosen != SigmaSpacing.DEFAULT) {
          throw bad(spacing.configKey(), "Only one of the use_..._sigmas keys may be true.");
        }
        chosen = spacing;
      }
    }
    return chosen;
  }

  /** An error about the value of one key. */
  BadModelException bad(String key, String remedy) {
    return new BadModelException(file, "\"" + key + "\" is " + json.path(key), remedy);
  }
}
