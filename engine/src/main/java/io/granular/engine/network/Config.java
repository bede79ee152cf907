package io.granular.engine.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Reads a {@code config.json}, and refuses settings that would change the network in ways not built here. */
final class Config {
  private final String network;
  private final ObjectNode json;

  Config(String network, ObjectNode json) {
    this.network = network;
    this.json = json;
  }

  boolean has(String key) {
    return json.hasNonNull(key);
  }

  int integer(String key) {
    JsonNode value = json.path(key);
    if (!whole(value)) {
      throw problem(key, "a whole number is needed, found " + value);
    }
    return value.intValue();
  }

  private static boolean whole(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt();
  }

  int integer(String key, int otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  double number(String key, double otherwise) {
    return has(key) ? json.path(key).asDouble(otherwise) : otherwise;
  }

  boolean flag(String key, boolean otherwise) {
    return has(key) ? json.path(key).asBoolean(otherwise) : otherwise;
  }

  String text(String key, String otherwise) {
    return has(key) ? json.path(key).asText() : otherwise;
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    json.path(key).forEach(e -> texts.add(e.asText()));
    if (texts.isEmpty()) {
      throw problem(key, "a list is needed, found " + json.path(key));
    }
    return List.copyOf(texts);
  }

  /** A list of whole numbers, one per block; a single number stands for all of them. */
  List<Integer> perBlock(String key, int blocks, int otherwise) {
    JsonNode value = json.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return Collections.nCopies(blocks, otherwise);
    }
    if (whole(value)) {
      return Collections.nCopies(blocks, value.intValue());
    }
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode e : value) {
      if (!whole(e)) {
        throw problem(key, "nested or fractional entries are not supported: " + value);
      }
      numbers.add(e.intValue());
    }
    if (numbers.size() != blocks) {
      throw problem(key, blocks + " entries are needed, found " + value);
    }
    return List.copyOf(numbers);
  }

  /** Refuses any value but these; absent and null count as {@code "null"}. */
  void only(String key, Object... allowed) {
    JsonNode value = json.path(key);
    String found =
        value.isMissingNode() || value.isNull() ? "null" : value.asText(value.toString());
    for (Object a : allowed) {
      if (Objects.toString(a).equals(found)) {
        return;
      }
    }
    throw problem(key, "value " + found + " is not supported, only " + List.of(allowed));
  }

  IllegalArgumentException problem(String key, String what) {
    return new IllegalArgumentException(network + "/config.json: " + key + ": " + what);
  }
}
