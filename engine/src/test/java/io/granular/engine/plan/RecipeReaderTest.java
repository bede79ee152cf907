package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.ActivationScheme.Range;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Scheme.Method;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeReaderTest {
  /** The second rule of a recipe, and the whole message about it. */
  private static final String RULE_ERRORS =
      """
          {"keep":"bf16"}|r: rules[1]: "match" is missing; it must be a text
          {"match":7,"keep":"bf16"}|r: rules[1]: "match" is 7; it must be a text that is not blank
          7|r: rules[1]: this is 7; it must be an object with the keys match, optional, keep, \
          weights, activations, method, treatments
          {"match":"a.[0]","keep":"bf16"}|r: rules[1] ("a.[0]"): "match" is no pattern: '[' at \
          character 3 has no meaning; names have letters, digits, '_', '-' and '.', and patterns also \
          *, ** and {a,b}
          {"match":"a"}|r: rules[1] ("a"): says nothing to do; it must have "keep" or "weights"
          {"match":"a","keep":"bf16","weights":{"bits":8}}|r: rules[1] ("a"): has both "keep" and \
          "weights"; remove one of them
          {"match":"a","keep":"bf16","method":"ptq"}|r: rules[1] ("a"): "method" has no meaning beside \
          "keep"; remove it or replace "keep" by "weights"
          {"match":"a","keep":"int8"}|r: rules[1] ("a"): "keep" is "int8"; it must be one of fp32, \
          fp16, bf16
          {"match":"a","optional":"yes","keep":"fp32"}|r: rules[1] ("a"): "optional" is "yes"; it must \
          be true or false
          {"match":"a","weight":{"bits":8}}|r: rules[1] ("a"): unknown key "weight"; the nearest known \
          key is "weights" (known: match, optional, keep, weights, activations, method, treatments)
          {"match":"a","weights":{"bit":8}}|r: rules[1] ("a"): unknown key "weights.bit"; the nearest \
          known key is "weights.bits" (known: bits, granularity, group, mapping, type)
          {"match":"a","weights":8}|r: rules[1] ("a"): weights is 8; it must be an object with the \
          keys bits, granularity, group, mapping, type
          {"match":"a","weights":{}}|r: rules[1] ("a"): "weights.bits" is missing; it must be a whole \
          number from 2 to 8
          {"match":"a","weights":{"bits":9}}|r: rules[1] ("a"): "weights.bits" is 9; it must be a \
          whole number from 2 to 8
          {"match":"a","weights":{"bits":4,"granularity":"per_token"}}|r: rules[1] ("a"): \
          "weights.granularity" is "per_token"; it must be one of per_tensor, per_axis, per_group
          {"match":"a","weights":{"bits":4,"granularity":"per_group"}}|r: rules[1] ("a"): \
          "weights.group" is missing; it must be a whole number from 1 to 1048576
          {"match":"a","weights":{"bits":4,"group":32}}|r: rules[1] ("a"): "weights.group" goes only \
          with "granularity": "per_group", not "per_axis"
          {"match":"a","weights":{"bits":4,"mapping":"affine"}}|r: rules[1] ("a"): "weights.mapping" \
          is "affine"; it must be one of symmetric, symmetric_no_clipping_err, asymmetric
          {"match":"a","weights":{"bits":8},"activations":{"bits":8,"range":"static",\
          "granularity":"per_token"}}|r: rules[1] ("a"): "activations.granularity" is "per_token", but \
          a static range is measured before the tokens exist; use "per_tensor" or "range": "dynamic"
          {"match":"a","keep":"bf16","treatments":{}}|r: rules[1] ("a"): "treatments" has no meaning \
          beside "keep"; remove it or replace "keep" by "weights"
          {"match":"a","weights":{"bits":4},"method":"qat","treatments":{"clip":"mse"}}|r: rules[1] \
          ("a"): "treatments" goes only with "method": "ptq"; training finds its own way to live with \
          the integers. Remove one of them
          {"match":"a","weights":{"bits":4},"treatments":{"smoth":1}}|r: rules[1] ("a"): unknown key \
          "treatments.smoth"; the nearest known key is "treatments.smooth" (known: split, smooth, \
          rotate, low_rank, clip, gptq, bias_correction)
          {"match":"a","weights":{"bits":4},"treatments":{"smooth":1.5}}|r: rules[1] ("a"): \
          "treatments.smooth" is 1.5; it must be a number from 0.0 to 1.0
          {"match":"a","weights":{"bits":4},"treatments":{"low_rank":0}}|r: rules[1] ("a"): \
          "treatments.low_rank" is 0; it must be a whole number from 1 to 256
          {"match":"a","weights":{"bits":4},"treatments":{"gptq":{"damp":1}}}|r: rules[1] ("a"): \
          unknown key "treatments.gptq.damp"; the nearest known key is "treatments.gptq.damping" \
          (known: damping, act_order)
          {"match":"a","weights":{"bits":4},"treatments":{"clip":"mae"}}|r: rules[1] ("a"): \
          "treatments.clip" is "mae"; it must be one of minmax, mse
          {"match":"a","weights":{"bits":8},"activations":{"bits":8,"range":"static"},\
          "treatments":{"rotate":true}}|r: rules[1] ("a"): a static range is observed on the input as \
          it is, which "treatments.split", "treatments.smooth" and "treatments.rotate" change; use \
          "range": "dynamic"
          {"match":"a","weights":{"type":"q4_k"}}|r: rules[1] ("a"): "weights.type" is "q4_k"; it must \
          be one of q8_0, q5_1, q5_0, q4_1, q4_0
          {"match":"a","weights":{"type":"q4_0","bits":4}}|r: rules[1] ("a"): "weights.bits" has no \
          meaning beside "weights.type", whose blocks fix it; remove one of them
          {"match":"a","weights":{"type":"q4_0"},"activations":{"bits":8}}|r: rules[1] ("a"): \
          "activations" goes only with integer weights, not with q4_0 blocks: remove it, or give \
          "weights.bits"
          {"match":"a","weights":{"type":"q4_0"},"treatments":{"clip":"mse"}}|r: rules[1] ("a"): \
          "treatments" goes only with integer weights, not with q4_0 blocks: remove it, or give \
          "weights.bits"
          {"match":"a","weights":{"type":"q4_0"},"method":"qat"}|r: rules[1] ("a"): "method" is "qat"; \
          training goes only with integer weights, not with q4_0 blocks: remove it, or give \
          "weights.bits"
          {"match":"a","weights":{"bits":8},"method":"QAT"}|r: rules[1] ("a"): "method" is "QAT"; it \
          must be one of ptq, qat
          """;

  private static final String RECIPE_ERRORS =
      """
          [1]|r: this is [1]; it must be an object with the keys $schema, version, name, description, \
          attention, rules
          {"name":"x","rules":[]}|r: "version" is missing; it must be 1
          {"version":2,"name":"x"}|r: "version" is 2; it must be 1
          {"version":1,"name":"x"}|r: "rules" is missing; it must be a list of rules
          {"version":1,"name":"x","rules":[]}|r: "rules" is []; it must be a list of at least one rule
          {"version":1,"names":"x"}|r: unknown key "names"; the nearest known key is "name" (known: \
          $schema, version, name, description, attention, rules)
          {"version":1,"name":" ","rules":[{"match":"**","keep":"fp32"}]}|r: "name" is " "; it must be \
          a text that is not blank
          """;

  private static final String JSON_ERRORS =
      """
          {"version":1,|r: is not JSON at line 1
          {"version":1,"version":1}|Duplicate field 'version'
          {} {}|r: is not JSON at line 1
          """;

  @Test
  void readsEveryKey() {
    Recipe recipe = RecipeReader.parse(
        """
            {"version": 1, "name": "W8A8, VAE 16 bit", "description": "An example.",
             "rules": [
              {"match": "unet.{conv_in,time_embedding.**}", "keep": "bf16"},
              {"match": "unet.**.ff.**", "optional": true,
               "weights": {"bits": 4, "granularity": "per_group", "group": 32, "mapping": "asymmetric"}},
              {"match": "unet.**", "weights": {"bits": 8, "granularity": "per_axis"},
               "activations": {"bits": 8, "granularity": "per_token", "range": "dynamic"},
               "method": "qat"},
              {"match": "**", "keep": "fp32"}]}
            """,
        "example.json");

    assertThat(recipe.name()).isEqualTo("W8A8, VAE 16 bit");
    assertThat(recipe.description()).isEqualTo("An example.");
    assertThat(recipe.rules()).containsExactly(
        new Rule(new Pattern("unet.{conv_in,time_embedding.**}"),
            new Scheme.Keep(ScalarType.BF16), false),
        new Rule(new Pattern("unet.**.ff.**"),
            new Scheme.Integers(
                new WeightScheme(4, new Granularity.PerGroup(32), Mapping.ASYMMETRIC), null,
                Method.PTQ),
            true),
        new Rule(new Pattern("unet.**"),
            new Scheme.Integers(
                new WeightScheme(8, new Granularity.PerAxis(0), Mapping.SYMMETRIC),
                new ActivationScheme(8, new Granularity.PerToken(), Mapping.SYMMETRIC,
                    Range.DYNAMIC),
                Method.QAT),
            false),
        new Rule(new Pattern("**"), new Scheme.Keep(ScalarType.F32), false));
  }

  @Test
  void theFirstMatchWins() {
    Recipe recipe = RecipeReader.parse("""
        {"version": 1, "name": "x", "rules": [
          {"match": "unet.conv_in", "keep": "fp32"},
          {"match": "unet.*", "keep": "bf16"},
          {"match": "unet.conv_out", "keep": "fp16"}]}
        """, "x");

    assertThat(recipe.ruleFor("unet.conv_in")).contains(recipe.rules().get(0));
    assertThat(recipe.ruleFor("unet.conv_out")).contains(recipe.rules().get(1));
    assertThat(recipe.ruleFor("vae.conv_in")).isEmpty();
  }

  @Test
  void staticRangesArePerTensorUnlessSaidOtherwise() {
    Recipe recipe = RecipeReader
        .parse("""
            {"version": 1, "name": "x", "rules": [{"match": "**", "weights": {"bits": 8},
              "activations": {"bits": 8, "range": "static"}}]}
            """, "x");

    assertThat(recipe.rules().getFirst().scheme())
        .isEqualTo(new Scheme.Integers(
            new WeightScheme(8, new Granularity.PerAxis(0), Mapping.SYMMETRIC),
            new ActivationScheme(8, new Granularity.PerTensor(), Mapping.SYMMETRIC, Range.STATIC),
            Method.PTQ));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = RULE_ERRORS)
  void ruleErrorsNameTheRuleTheKeyAndTheRemedy(String rule, String message) {
    String json = """
        {"version": 1, "name": "x", "rules": [{"match": "ok", "keep": "fp32"}, %s]}
        """.formatted(rule);

    assertThatThrownBy(() -> RecipeReader.parse(json, "r"))
        .isInstanceOf(BadRecipeException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = RECIPE_ERRORS)
  void recipeErrorsNameTheKeyAndTheRemedy(String json, String message) {
    assertThatThrownBy(() -> RecipeReader.parse(json, "r"))
        .isInstanceOf(BadRecipeException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = JSON_ERRORS)
  void brokenJsonNamesThePlace(String json, String message) {
    assertThatThrownBy(() -> RecipeReader.parse(json, "r"))
        .isInstanceOf(BadRecipeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void emptyTextIsAnError() {
    assertThatThrownBy(() -> RecipeReader.parse("", "r")).isInstanceOf(BadRecipeException.class);
  }

  @Test
  void filesThatCannotBeReadAreNamed(@TempDir Path folder) throws IOException {
    Path binary = Files.write(folder.resolve("binary.json"), new byte[]{'"', (byte) 0xff, '"'});

    assertThatThrownBy(() -> RecipeReader.read(folder.resolve("missing.json")))
        .isInstanceOf(BadRecipeException.class)
        .hasMessageContaining("missing.json");
    assertThatThrownBy(() -> RecipeReader.read(binary))
        .isInstanceOf(BadRecipeException.class)
        .hasMessageContaining("binary.json");
  }
}
