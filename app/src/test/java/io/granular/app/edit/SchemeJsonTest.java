package io.granular.app.edit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SchemeJsonTest {
  private static final String W8A8 = """
      {"weights": {"bits": 8, "treatments": ["gptq"]}, "treatments": ["smooth"],
       "activations": {"bits": 8, "range": "static", "observer": "mse"}}""";

  @Test
  void readsWhatIsWrittenAndWhatIsLeftOut() throws IOException {
    ObjectNode scheme = scheme(W8A8);
    assertThat(SchemeJson.read(scheme, Field.WEIGHTS)).isEqualTo("int8");
    assertThat(SchemeJson.read(scheme, Field.GRANULARITY)).isEqualTo("per_axis");
    assertThat(SchemeJson.read(scheme, Field.MAPPING)).isEqualTo("symmetric");
    assertThat(SchemeJson.read(scheme, Field.ACTIVATIONS)).isEqualTo("static");
    assertThat(SchemeJson.read(scheme, Field.METHOD)).isEqualTo("ptq");
    ObjectNode keep = scheme("{\"keep\": \"bf16\"}");
    assertThat(SchemeJson.read(keep, Field.WEIGHTS)).isEqualTo("bf16");
    assertThat(SchemeJson.read(keep, Field.ACTIVATIONS)).isEmpty();
    ObjectNode blocks = scheme("{\"weights\": {\"type\": \"q4_0\"}}");
    assertThat(SchemeJson.read(blocks, Field.WEIGHTS)).isEqualTo("q4_0");
    assertThat(SchemeJson.read(blocks, Field.GRANULARITY)).isEmpty();
  }

  @Test
  void changesOnePartAndKeepsKeysItDoesNotKnow() throws IOException {
    ObjectNode four = SchemeJson.write(scheme(W8A8), Field.WEIGHTS, "int4");
    ObjectNode grouped = SchemeJson.write(four, Field.GRANULARITY, "per_group 32");
    assertThat(grouped).isEqualTo(scheme("""
        {"weights": {"bits": 4, "treatments": ["gptq"], "granularity": "per_group", "group": 32},
         "treatments": ["smooth"],
         "activations": {"bits": 8, "range": "static", "observer": "mse"}}"""));
    assertThat(SchemeJson.write(grouped, Field.GRANULARITY, "per_tensor").toString())
        .doesNotContain("group\":");
  }

  @Test
  void aDynamicRangeHasNoObserver() throws IOException {
    assertThat(SchemeJson.write(scheme(W8A8), Field.ACTIVATIONS, "dynamic per_token")
        .get("activations"))
        .isEqualTo(
            scheme("{\"bits\": 8, \"range\": \"dynamic\", \"granularity\": \"per_token\"}"));
    assertThat(SchemeJson.write(scheme(W8A8), Field.ACTIVATIONS, "none").has("activations"))
        .isFalse();
  }

  @Test
  void floatsBecomeIntegersAndBack() throws IOException {
    ObjectNode keep = scheme("{\"keep\": \"bf16\"}");
    assertThat(SchemeJson.write(keep, Field.ACTIVATIONS, "static"))
        .as("a float scheme has no such part")
        .isEqualTo(keep);
    ObjectNode eight = SchemeJson.write(keep, Field.WEIGHTS, "int8");
    assertThat(eight).isEqualTo(scheme("""
        {"weights": {"bits": 8, "granularity": "per_axis", "mapping": "symmetric"}}"""));
    assertThat(SchemeJson.write(eight, Field.WEIGHTS, "bf16")).isEqualTo(keep);
    assertThat(SchemeJson.write(scheme(W8A8), Field.WEIGHTS, "q5_1"))
        .as("blocks are weight-only")
        .isEqualTo(scheme("{\"weights\": {\"type\": \"q5_1\"}}"));
  }

  static ObjectNode scheme(String json) throws IOException {
    return (ObjectNode) new JsonMapper().readTree(json);
  }
}
