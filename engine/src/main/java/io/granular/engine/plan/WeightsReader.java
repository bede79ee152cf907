package io.granular.engine.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.WeightScheme;
import java.util.List;

/** Reads what stands under {@code weights} in a rule, also by itself. */
public final class WeightsReader {
  private static final List<String> KEYS =
      List.of("bits", "granularity", "group", "mapping", "type");
  private static final List<String> TENSOR_KEYS =
      List.of("bits", "granularity", "group", "mapping", "type", "range");
  private static final List<String> GRANULARITIES = List.of("per_tensor", "per_axis", "per_group");
  private static final List<String> WITH_TOKENS =
      List.of("per_tensor", "per_axis", "per_group", "per_token");

  private WeightsReader() {}

  /**
   * Reads a scheme for single tensors: what a rule may have under {@code weights}, and also
   * {@code "granularity": "per_token"} as activations have it, optionally with
   * {@code "range": "dynamic"}.
   *
   * @param source what errors call it
   * @throws BadRecipeException if it is no such scheme
   */
  public static TensorScheme parse(String json, String source) {
    JsonNode root = RecipeReader.tree(json, source);
    Fields fields = new Fields(root, source, "", TENSOR_KEYS);
    String granularity = fields.word("granularity", WITH_TOKENS, "per_axis");
    if (!granularity.equals("per_token") || fields.has("type")) {
      return weights(new Fields(root, source, "", KEYS));
    }
    if (fields.has("group")) {
      throw groupOnly(fields, granularity);
    }
    fields.word("range", List.of("dynamic"), "dynamic");
    return new ActivationScheme(fields.integer("bits", 2, 8), new Granularity.PerToken(),
        fields.choice("mapping", Words.MAPPING, Mapping.SYMMETRIC),
        ActivationScheme.Range.DYNAMIC);
  }

  /** The scheme of a rule's {@code weights}. */
  static TensorScheme read(Fields rule) {
    return weights(rule.object("weights", KEYS));
  }

  private static TensorScheme weights(Fields weights) {
    if (weights.has("type")) {
      for (String key : List.of("bits", "granularity", "group", "mapping")) {
        if (weights.has(key)) {
          throw weights.error(weights.named(key) + " has no meaning beside "
              + weights.named("type") + ", whose blocks fix it; remove one of them");
        }
      }
      return weights.choice("type", Words.BLOCKS, GgmlType.Q8_0);
    }
    int bits = weights.integer("bits", 2, 8);
    String word = weights.word("granularity", GRANULARITIES, "per_axis");
    boolean grouped = word.equals("per_group");
    if (weights.has("group") && !grouped) {
      throw groupOnly(weights, word);
    }
    Granularity granularity = switch (word) {
      case "per_tensor" -> new Granularity.PerTensor();
      case "per_axis" -> new Granularity.PerAxis(0);
      default -> new Granularity.PerGroup(weights.integer("group", 1, 1 << 20));
    };
    return new WeightScheme(bits, granularity,
        weights.choice("mapping", Words.MAPPING, Mapping.SYMMETRIC));
  }

  private static BadRecipeException groupOnly(Fields weights, String word) {
    return weights.error(weights.named("group")
        + " goes only with \"granularity\": \"per_group\", not \"" + word + "\"");
  }
}
