package io.granular.engine.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.ActivationScheme.Range;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Observer;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads recipe files, the format of {@code recipe.schema.json} (see docs/recipes.md). */
public final class RecipeReader {
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();
  private static final List<String> RECIPE_KEYS =
      List.of("$schema", "version", "name", "description", "attention", "rules");
  private static final List<String> RULE_KEYS =
      List.of("match", "optional", "keep", "weights", "activations", "method", "treatments");
  private static final List<String> ACTIVATION_KEYS =
      List.of("bits", "granularity", "range", "mapping", "observer", "percentile");

  private RecipeReader() {}

  /**
   * Reads a recipe file.
   *
   * @throws BadRecipeException if it cannot be read or is no recipe
   */
  public static Recipe read(Path file) {
    String json;
    try {
      json = Files.readString(file);
    } catch (IOException e) {
      throw new BadRecipeException(file.toString(),
          "cannot be read as UTF-8 text (" + e + "); check the path and the file", e);
    }
    return parse(json, file.toString());
  }

  /**
   * Reads the text of a recipe file.
   *
   * @param source what errors call it
   * @throws BadRecipeException if it is no recipe
   */
  public static Recipe parse(String json, String source) {
    Fields recipe = new Fields(tree(json, source), source, "", RECIPE_KEYS);
    recipe.optionalText("$schema");
    recipe.integer("version", Recipe.VERSION, Recipe.VERSION);
    JsonNode rules = recipe.require("rules", "a list of rules");
    if (!rules.isArray() || rules.isEmpty()) {
      throw recipe.wrong("rules", rules, "a list of at least one rule");
    }
    List<Rule> read = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      read.add(rule(rules.get(i), source + ": rules[" + i + "]"));
    }
    return new Recipe(recipe.text("name"), recipe.optionalText("description"),
        recipe.has("attention") ? recipe.choice("attention", Words.ATTENTION, ScalarType.F32)
            : null,
        read);
  }

  static JsonNode tree(String json, String source) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new BadRecipeException(source, "is not JSON" + where + ": " + e.getOriginalMessage(),
          e);
    }
  }

  private static Rule rule(JsonNode node, String place) {
    String named = node.path("match").isTextual() ? place + " (" + node.get("match") + ")" : place;
    Fields rule = new Fields(node, named, "", RULE_KEYS);
    Pattern match;
    try {
      match = new Pattern(rule.text("match"));
    } catch (IllegalArgumentException e) {
      throw new BadRecipeException(named, "\"match\" is no pattern: " + e.getMessage(), e);
    }
    return new Rule(match, scheme(rule), rule.flag("optional"));
  }

  private static Scheme scheme(Fields rule) {
    if (rule.has("keep") && rule.has("weights")) {
      throw rule.error("has both \"keep\" and \"weights\"; remove one of them");
    }
    if (!rule.has("keep") && !rule.has("weights")) {
      throw rule.error("says nothing to do; it must have \"keep\" or \"weights\"");
    }
    if (rule.has("keep")) {
      for (String key : List.of("activations", "method", "treatments")) {
        if (rule.has(key)) {
          throw rule.error("\"" + key + "\" has no meaning beside \"keep\"; remove it or replace"
              + " \"keep\" by \"weights\"");
        }
      }
      return new Scheme.Keep(rule.choice("keep", Words.PRECISION, ScalarType.F32));
    }
    return switch (WeightsReader.read(rule)) {
      case WeightScheme weights -> integers(rule, weights);
      case GgmlType type -> blocks(rule, type);
      case ActivationScheme tokens -> throw new AssertionError(tokens);
    };
  }

  private static Scheme integers(Fields rule, WeightScheme weights) {
    Scheme.Integers integers = new Scheme.Integers(weights,
        rule.has("activations")
            ? activations(rule.object("activations", ACTIVATION_KEYS))
            : null,
        rule.choice("method", Words.METHOD, Scheme.Method.PTQ));
    return rule.has("treatments")
        ? integers.with(TreatmentFields.read(rule, integers))
        : integers;
  }

  private static Scheme blocks(Fields rule, GgmlType type) {
    for (String key : List.of("activations", "treatments")) {
      if (rule.has(key)) {
        throw rule.error("\"" + key + "\" goes only with integer weights, not with " + type.word()
            + " blocks: remove it, or give \"weights.bits\"");
      }
    }
    if (rule.choice("method", Words.METHOD, Scheme.Method.PTQ) == Scheme.Method.QAT) {
      throw rule.error("\"method\" is \"qat\"; training goes only with integer weights, not with "
          + type.word() + " blocks: remove it, or give \"weights.bits\"");
    }
    return new Scheme.Blocks(type);
  }

  private static ActivationScheme activations(Fields activations) {
    int bits = activations.integer("bits", 2, 8);
    Range range = activations.choice("range", Words.RANGE, Range.DYNAMIC);
    String word = activations.word("granularity", List.of("per_tensor", "per_token"),
        range == Range.STATIC ? "per_tensor" : "per_token");
    if (range == Range.STATIC && word.equals("per_token")) {
      throw activations.error("\"activations.granularity\" is \"per_token\", but a static range is"
          + " measured before the tokens exist; use \"per_tensor\" or \"range\": \"dynamic\"");
    }
    return new ActivationScheme(bits,
        word.equals("per_tensor") ? new Granularity.PerTensor() : new Granularity.PerToken(),
        activations.choice("mapping", Words.MAPPING, Mapping.SYMMETRIC), range,
        observer(activations, range));
  }

  private static Observer observer(Fields activations, Range range) {
    Observer.Kind kind =
        activations.choice("observer", Words.OBSERVER, Observer.DEFAULT.kind());
    if (activations.has("observer") && range == Range.DYNAMIC) {
      throw activations.error("\"activations.observer\" goes only with \"range\": \"static\";"
          + " a dynamic range is taken from each input itself");
    }
    if (!activations.has("percentile")) {
      return Observer.of(kind);
    }
    if (kind != Observer.Kind.PERCENTILE) {
      throw activations.error(
          "\"activations.percentile\" goes only with \"observer\": \"percentile\"");
    }
    return new Observer(kind, activations.number("percentile", 50, 100));
  }
}
