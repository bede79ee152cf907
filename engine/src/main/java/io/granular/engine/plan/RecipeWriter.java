package io.granular.engine.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter.NopIndenter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Observer;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.WeightScheme;
import java.util.stream.Collectors;

/** Writes recipes as {@link RecipeReader} reads them: one rule per line, no value left implicit. */
public final class RecipeWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private RecipeWriter() {}

  /** The text of the recipe's file. */
  public static String write(Recipe recipe) {
    String description = recipe.description() == null
        ? ""
        : "  \"description\": " + line(NODES.textNode(recipe.description())) + ",\n";
    String attention = recipe.attention() == null
        ? ""
        : "  \"attention\": \"" + Words.ATTENTION.word(recipe.attention()) + "\",\n";
    String rules = recipe.rules()
        .stream()
        .map(rule -> "    " + line(rule(rule)))
        .collect(Collectors.joining(",\n"));
    return """
        {
          "version": %d,
          "name": %s,
        %s%s  "rules": [
        %s
          ]
        }
        """.formatted(Recipe.VERSION, line(NODES.textNode(recipe.name())), description, attention,
        rules);
  }

  private static ObjectNode rule(Rule rule) {
    ObjectNode node = NODES.objectNode().put("match", rule.match().text());
    if (rule.optional()) {
      node.put("optional", true);
    }
    switch (rule.scheme()) {
      case Scheme.Keep(var dtype) -> node.put("keep", Words.PRECISION.word(dtype));
      case Scheme.Integers(var weights, var activations, var method, var treatments) -> {
        node.set("weights", weights(weights));
        if (activations != null) {
          node.set("activations", activations(activations));
        }
        node.put("method", Words.METHOD.word(method));
        if (treatments.any()) {
          node.set("treatments", TreatmentFields.write(treatments));
        }
      }
      case Scheme.Blocks(var type) ->
        node.set("weights", NODES.objectNode().put("type", type.word()));
    }
    return node;
  }

  private static ObjectNode weights(WeightScheme weights) {
    ObjectNode node = NODES.objectNode().put("bits", weights.bits());
    node.put("granularity", SchemeText.granularity(weights.granularity()));
    if (weights.granularity() instanceof Granularity.PerGroup(int size)) {
      node.put("group", size);
    }
    return node.put("mapping", Words.MAPPING.word(weights.mapping()));
  }

  private static ObjectNode activations(ActivationScheme activations) {
    ObjectNode node = NODES.objectNode()
        .put("bits", activations.bits())
        .put("granularity", SchemeText.granularity(activations.granularity()))
        .put("range", Words.RANGE.word(activations.range()))
        .put("mapping", Words.MAPPING.word(activations.mapping()));
    if (activations.range() == ActivationScheme.Range.STATIC) {
      node.put("observer", Words.OBSERVER.word(activations.observer().kind()));
      if (activations.observer().kind() == Observer.Kind.PERCENTILE) {
        node.put("percentile", activations.observer().percentile());
      }
    }
    return node;
  }

  private static String line(JsonNode node) {
    Separators separators = Separators.createDefaultInstance()
        .withObjectFieldValueSpacing(Spacing.AFTER)
        .withObjectEntrySpacing(Spacing.AFTER);
    ObjectWriter writer = new JsonMapper().writer(new DefaultPrettyPrinter(separators)
        .withObjectIndenter(new NopIndenter()));
    try {
      return writer.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always has a text", e);
    }
  }
}
