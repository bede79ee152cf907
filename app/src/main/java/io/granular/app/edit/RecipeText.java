package io.granular.app.edit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter.NopIndenter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** A recipe file as JSON. Immutable; nodes that it hands out are copies. */
public final class RecipeText {
  private static final JsonMapper JSON = new JsonMapper();
  private static final ObjectWriter LINE = JSON.writer(new DefaultPrettyPrinter(
      Separators.createDefaultInstance()
          .withObjectFieldValueSpacing(Spacing.AFTER)
          .withObjectEntrySpacing(Spacing.AFTER)
          .withArrayValueSpacing(Spacing.AFTER))
      .withObjectIndenter(new NopIndenter())
      .withArrayIndenter(new NopIndenter()));

  private final ObjectNode root;

  private RecipeText(ObjectNode root) {
    this.root = root;
  }

  /**
   * Reads a recipe.
   *
   * @throws IOException if it is no JSON object with rules; whether the rules make sense is for the
   *     engine to say
   */
  public static RecipeText parse(String json) throws IOException {
    if (JSON.readTree(json) instanceof ObjectNode object && object.path("rules").isArray()) {
      return new RecipeText(object);
    }
    throw new IOException("it is no recipe: a JSON object with \"rules\" was expected");
  }

  /** As a person reads it. */
  public String name() {
    return root.path("name").asText("");
  }

  /** How many rules it has. */
  public int rules() {
    return root.path("rules").size();
  }

  /** What a rule does: the rule without its pattern. */
  public ObjectNode scheme(int rule) {
    JsonNode node = root.path("rules").path(rule);
    ObjectNode scheme = node instanceof ObjectNode object
        ? object.deepCopy()
        : JSON.createObjectNode();
    scheme.remove(List.of("match", "optional"));
    return scheme;
  }

  /** The same under another name, with more rules before its own. */
  public RecipeText with(String name, List<ObjectNode> first) {
    ObjectNode copy = root.deepCopy();
    copy.put("name", name);
    List<JsonNode> rules = new ArrayList<>(first);
    root.path("rules").forEach(rules::add);
    copy.putArray("rules").addAll(rules);
    return new RecipeText(copy);
  }

  /** The text of the file: a line for each rule, as recipes are written. */
  public String json() {
    StringJoiner members = new StringJoiner(",\n", "{\n", "\n}\n");
    for (var member : root.properties()) {
      members.add("  " + line(JSON.getNodeFactory().textNode(member.getKey())) + ": "
          + (member.getKey().equals("rules") ? rules(member.getValue()) : line(member.getValue())));
    }
    return members.toString();
  }

  private static String rules(JsonNode rules) {
    StringJoiner lines = new StringJoiner(",\n", "[\n", "\n  ]");
    rules.forEach(rule -> lines.add("    " + line(rule)));
    return lines.toString();
  }

  private static String line(JsonNode node) {
    try {
      return LINE.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always has a text", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecipeText text && text.root.equals(root);
  }

  @Override
  public int hashCode() {
    return root.hashCode();
  }
}
