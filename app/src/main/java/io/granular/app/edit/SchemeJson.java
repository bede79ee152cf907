package io.granular.app.edit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * Reads and changes what a rule does, the JSON of a rule without {@code match} and {@code optional}
 * (see docs/recipes.md). Keys that are not concerned stay as they are, also unknown ones.
 */
public final class SchemeJson {
  private static final String KEEP = "keep";
  private static final String TYPE = "type";
  private static final String BITS = "bits";
  private static final String GRANULARITY = "granularity";

  private SchemeJson() {}

  /** A scheme that leaves numbers in floating point. */
  static ObjectNode keep(String precision) {
    return JsonNodeFactory.instance.objectNode().put(KEEP, precision);
  }

  /** The value of a field in the recipe's words; empty where the scheme has no such part. */
  public static String read(JsonNode scheme, Field field) {
    JsonNode weights = scheme.path("weights");
    JsonNode activations = scheme.path("activations");
    boolean integers = weights.has(BITS);
    return switch (field) {
      case WEIGHTS -> integers ? "int" + weights.path(BITS).asInt()
          : weights.path(TYPE).asText(scheme.path(KEEP).asText(""));
      case GRANULARITY -> integers ? granularity(weights) : "";
      case MAPPING -> integers ? weights.path("mapping").asText("symmetric") : "";
      case ACTIVATIONS -> !integers ? ""
          : activations.isMissingNode() ? "none" : activations(activations);
      case ACTIVATION_BITS -> activations.isMissingNode() ? "" : activations.path(BITS).asText();
      case OBSERVER -> activations.path("range").asText("dynamic").equals("static")
          ? activations.path("observer").asText("histogram")
          : "";
      case METHOD -> !integers ? "" : scheme.path("method").asText("ptq");
    };
  }

  /** Whether the scheme turns weights into integers or blocks of them. */
  public static boolean quantizes(JsonNode scheme) {
    return scheme.has("weights");
  }

  /** A copy with another value; equal to the original where the scheme has no such part. */
  static ObjectNode write(ObjectNode scheme, Field field, String value) {
    ObjectNode copy = scheme.deepCopy();
    if (field == Field.WEIGHTS) {
      return weights(copy, value);
    }
    if (read(scheme, field).isEmpty() || read(scheme, field).equals(value)) {
      return copy;
    }
    ObjectNode weights = copy.withObject("/weights");
    switch (field) {
      case GRANULARITY -> {
        String[] words = value.split(" ", 2);
        weights.put(GRANULARITY, words[0]).remove("group");
        if (words.length > 1) {
          weights.put("group", Integer.parseInt(words[1]));
        }
      }
      case MAPPING -> weights.put("mapping", value);
      case ACTIVATIONS -> activations(copy, value);
      case ACTIVATION_BITS -> copy.withObject("/activations").put(BITS, Integer.parseInt(value));
      case OBSERVER -> copy.withObject("/activations")
          .put("observer", value)
          .remove("percentile");
      case METHOD -> copy.put("method", value);
      case WEIGHTS -> throw new IllegalStateException("written above");
    }
    return copy;
  }

  private static ObjectNode weights(ObjectNode scheme, String value) {
    if (Field.BLOCK_TYPES.contains(value)) {
      // Blocks have none of these; a recipe that gives them both is refused.
      scheme.remove(List.of(KEEP, "activations", "method", "treatments"));
      scheme.putObject("weights").put(TYPE, value);
      return scheme;
    }
    if (!value.startsWith("int")) {
      return keep(value);
    }
    int bits = Integer.parseInt(value.substring(3));
    boolean integers = scheme.path("weights").has(BITS);
    scheme.remove(KEEP);
    if (integers) {
      scheme.withObject("/weights").put(BITS, bits);
    } else {
      scheme.putObject("weights")
          .put(BITS, bits)
          .put(GRANULARITY, "per_axis")
          .put("mapping", "symmetric");
    }
    return scheme;
  }

  private static String granularity(JsonNode weights) {
    String word = weights.path(GRANULARITY).asText("per_axis");
    return weights.has("group") ? word + " " + weights.path("group").asInt() : word;
  }

  private static String activations(JsonNode activations) {
    String range = activations.path("range").asText("dynamic");
    return range.equals("dynamic")
        ? "dynamic " + activations.path(GRANULARITY).asText("per_token")
        : range;
  }

  private static void activations(ObjectNode scheme, String value) {
    if (value.equals("none")) {
      scheme.remove("activations");
      return;
    }
    boolean fresh = !scheme.has("activations");
    ObjectNode activations = scheme.withObject("/activations");
    if (fresh) {
      activations.put(BITS, 8);
    }
    String[] words = value.toLowerCase(Locale.ROOT).split(" ", 2);
    activations.put("range", words[0]);
    activations.put(GRANULARITY, words.length > 1 ? words[1] : "per_tensor");
    if (words[0].equals("dynamic")) {
      // An observer says how a range follows from calibration; a dynamic range has none.
      activations.remove("observer");
      activations.remove("percentile");
    }
  }
}
