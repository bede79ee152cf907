package io.granular.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.Treatments;
import io.granular.engine.quant.WeightScheme;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a quantized weight is described in the header of a file, in the words of recipes; see docs/formats.md.
 *
 * @param biasCorrected whether a correction of the bias is in the layer's bias, and not a tensor of its own
 */
record WeightJson(TensorScheme scheme, Treatments treatments, int boundary, boolean biasCorrected,
    List<Long> shape) {
  private static final int MOST_DIMENSIONS = 4;

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (scheme) {
      case GgmlType type -> json.put("type", type.word());
      case WeightScheme weights -> {
        json.put("bits", weights.bits());
        switch (weights.granularity()) {
          case Granularity.PerTensor _ -> json.put("granularity", "per_tensor");
          case Granularity.PerAxis _ -> json.put("granularity", "per_axis");
          case Granularity.PerGroup(int size) ->
            json.put("granularity", "per_group").put("group", size);
          case Granularity.PerToken _ ->
            throw new IllegalArgumentException("weights have no tokens");
        }
        json.put("mapping", weights.mapping().name().toLowerCase(Locale.ROOT));
      }
      case ActivationScheme _ ->
        throw new IllegalArgumentException("not a scheme of weights");
    }
    var dims = json.putArray("shape");
    shape.forEach(dims::add);
    if (boundary > 0) {
      json.put("boundary", boundary);
    }
    if (biasCorrected) {
      json.put("bias_corrected", true);
    }
    if (treatments.any()) {
      json.set("treatments", treatmentsJson());
    }
    return json;
  }

  private ObjectNode treatmentsJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (treatments.split()) {
      json.put("split", true);
    }
    if (treatments.smooth() != null) {
      json.put("smooth", treatments.smooth());
    }
    if (treatments.rotate()) {
      json.put("rotate", true);
    }
    if (treatments.lowRank() > 0) {
      json.put("low_rank", treatments.lowRank());
    }
    if (treatments.clip() != Treatments.Clip.MINMAX) {
      json.put("clip", treatments.clip().name().toLowerCase(Locale.ROOT));
    }
    Treatments.Gptq gptq = treatments.gptq();
    if (gptq != null) {
      json.putObject("gptq").put("damping", gptq.damping()).put("act_order", gptq.actOrder());
    }
    if (treatments.biasCorrection()) {
      json.put("bias_correction", true);
    }
    return json;
  }

  /** @throws IllegalArgumentException if it is no such description; says what is wrong */
  static WeightJson of(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("is described by " + json + ", not by an object");
    }
    TensorScheme scheme = json.has("type")
        ? choice(GgmlType.class, json, "type")
        : new WeightScheme(whole(json, "bits", 2, 8), granularity(json),
            choice(Mapping.class, json, "mapping"));
    return new WeightJson(scheme, treatments(json.path("treatments")),
        whole(json, "boundary", 0, Integer.MAX_VALUE),
        json.path("bias_corrected").asBoolean(), shape(json.path("shape")));
  }

  private static Granularity granularity(JsonNode json) {
    return switch (json.path("granularity").asText()) {
      case "per_tensor" -> new Granularity.PerTensor();
      case "per_axis" -> new Granularity.PerAxis(0);
      case "per_group" ->
        new Granularity.PerGroup(whole(json, "group", 1, Integer.MAX_VALUE));
      default -> throw new IllegalArgumentException(
          "has the granularity " + json.path("granularity") + ", which this version does not know");
    };
  }

  private static Treatments treatments(JsonNode json) {
    for (Iterator<String> names = json.fieldNames(); names.hasNext();) {
      String name = names.next();
      if (!List.of("split", "smooth", "rotate", "low_rank", "clip", "gptq", "bias_correction")
          .contains(name)) {
        throw new IllegalArgumentException(
            "has the treatment " + name + ", which this version does not know");
      }
    }
    JsonNode gptq = json.path("gptq");
    return new Treatments(json.path("split").asBoolean(),
        json.has("smooth") ? Double.valueOf(json.path("smooth").asDouble()) : null,
        json.path("rotate").asBoolean(), whole(json, "low_rank", 0, Treatments.MOST_RANK),
        json.has("clip") ? choice(Treatments.Clip.class, json, "clip") : Treatments.Clip.MINMAX,
        gptq(gptq), json.path("bias_correction").asBoolean());
  }

  private static Treatments.@Nullable Gptq gptq(JsonNode json) {
    return json.isObject()
        ? new Treatments.Gptq(json.path("damping").asDouble(), json.path("act_order").asBoolean())
        : null;
  }

  private static List<Long> shape(JsonNode json) {
    if (!json.isArray() || json.size() < 2 || json.size() > MOST_DIMENSIONS) {
      throw new IllegalArgumentException("has the shape " + json);
    }
    List<Long> shape = new ArrayList<>();
    long elements = 1;
    for (JsonNode dim : json) {
      if (!dim.isIntegralNumber() || dim.asLong() < 1 || dim.asLong() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("has the shape " + json);
      }
      elements *= dim.asLong();
      if (elements > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException("has the shape " + json + ", more than fits an array");
      }
      shape.add(dim.asLong());
    }
    return shape;
  }

  private static int whole(JsonNode json, String key, int min, int max) {
    JsonNode value = json.path(key);
    if (value.isMissingNode() && min == 0) {
      return 0;
    }
    if (!value.isInt() || value.asInt() < min || value.asInt() > max) {
      throw new IllegalArgumentException(
          "has " + key + " " + value + ", not " + min + " to " + max);
    }
    return value.asInt();
  }

  private static <E extends Enum<E>> E choice(Class<E> type, JsonNode json, String key) {
    try {
      return Enum.valueOf(type, json.path(key).asText().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "has " + key + " " + json.path(key) + ", which this version does not know", e);
    }
  }
}
