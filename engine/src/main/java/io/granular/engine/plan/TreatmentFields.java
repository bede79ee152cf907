package io.granular.engine.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Treatments;
import io.granular.engine.quant.Treatments.Clip;
import io.granular.engine.quant.Treatments.Gptq;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code treatments} of a rule, read and written. */
final class TreatmentFields {
  private static final List<String> KEYS = List.of("split", "smooth", "rotate", "low_rank", "clip",
      "gptq", "bias_correction");
  private static final List<String> GPTQ_KEYS = List.of("damping", "act_order");

  private TreatmentFields() {}

  /**
   * Reads them.
   *
   * @param rule the rule that has them
   * @param scheme what else the rule says
   * @throws BadRecipeException naming the key and what may stand there, or what it cannot stand beside
   */
  static Treatments read(Fields rule, Scheme.Integers scheme) {
    if (scheme.method() == Scheme.Method.QAT) {
      throw rule.error("\"treatments\" goes only with \"method\": \"ptq\"; training finds its own"
          + " way to live with the integers. Remove one of them");
    }
    Fields fields = rule.object("treatments", KEYS);
    Treatments read = new Treatments(fields.flag("split"), smooth(fields), fields.flag("rotate"),
        lowRank(fields), fields.choice("clip", Words.CLIP, Clip.MINMAX), gptq(fields),
        fields.flag("bias_correction"));
    ActivationScheme activations = scheme.activations();
    if (read.changeInput() && activations != null
        && activations.range() == ActivationScheme.Range.STATIC) {
      throw rule
          .error("a static range is observed on the input as it is, which \"treatments.split\","
              + " \"treatments.smooth\" and \"treatments.rotate\" change; use \"range\": \"dynamic\"");
    }
    return read;
  }

  /** Writes those that are not as usual. */
  static ObjectNode write(Treatments treatments) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    if (treatments.split()) {
      node.put("split", true);
    }
    if (treatments.smooth() != null) {
      node.put("smooth", treatments.smooth());
    }
    if (treatments.rotate()) {
      node.put("rotate", true);
    }
    if (treatments.lowRank() > 0) {
      node.put("low_rank", treatments.lowRank());
    }
    if (treatments.clip() != Clip.MINMAX) {
      node.put("clip", Words.CLIP.word(treatments.clip()));
    }
    Gptq gptq = treatments.gptq();
    if (gptq != null) {
      node.set("gptq", JsonNodeFactory.instance.objectNode()
          .put("damping", gptq.damping())
          .put("act_order", gptq.actOrder()));
    }
    if (treatments.biasCorrection()) {
      node.put("bias_correction", true);
    }
    return node;
  }

  private static @Nullable Double smooth(Fields fields) {
    return usual(fields, "smooth", "a number from 0 to 1, true or false")
        ? fields.flag("smooth") ? Treatments.USUAL_SMOOTH : null
        : Double.valueOf(number(fields, "smooth", 0, 1));
  }

  private static int lowRank(Fields fields) {
    return usual(fields, "low_rank", "a whole number, true or false")
        ? fields.flag("low_rank") ? Treatments.USUAL_RANK : 0
        : fields.integer("low_rank", 1, Treatments.MOST_RANK);
  }

  private static @Nullable Gptq gptq(Fields fields) {
    if (usual(fields, "gptq", "an object, true or false")) {
      return fields.flag("gptq") ? Gptq.USUAL : null;
    }
    Fields gptq = fields.object("gptq", GPTQ_KEYS);
    double damping = gptq.has("damping") ? number(gptq, "damping", 1e-6, 1)
        : Gptq.USUAL.damping();
    return new Gptq(damping, gptq.flag("act_order"));
  }

  /** Whether a key is absent, or true or false instead of a value. */
  private static boolean usual(Fields fields, String key, String expected) {
    return !fields.has(key) || fields.require(key, expected).isBoolean();
  }

  private static double number(Fields fields, String key, double min, double max) {
    String expected = "a number from " + min + " to " + max;
    JsonNode value = fields.require(key, expected);
    if (!value.isNumber() || value.doubleValue() < min || value.doubleValue() > max) {
      throw fields.wrong(key, value, expected);
    }
    return value.doubleValue();
  }
}
