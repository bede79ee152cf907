package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.plan.BuiltInRecipes.BuiltIn;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Scheme;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInRecipesTest {
  private static final BuiltInRecipes RECIPES = new BuiltInRecipes();

  static List<BuiltIn> builtIns() {
    return RECIPES.all();
  }

  @ParameterizedTest
  @MethodSource("builtIns")
  void filesAreAsTheWriterWritesThem(BuiltIn builtIn) {
    assertThat(RecipeWriter.write(builtIn.recipe())).isEqualTo(builtIn.json());
    assertThat(builtIn.recipe().description()).isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("builtIns")
  void everyModuleIsDecided(BuiltIn builtIn) {
    for (String module : List.of("unet.conv_in", "unet.mid_block.attentions.0.proj_in",
        "vae.encoder.conv_in", "vae.quant_conv", "vae.decoder.mid_block.resnets.0.norm1",
        "text_encoder.text_model.embeddings.token_embedding", "text_encoder_2.text_projection")) {
      assertThat(builtIn.recipe().ruleFor(module)).as(module).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unet.conv_in", "unet.conv_out", "unet.conv_norm_out",
      "unet.time_embedding.linear_1", "unet.add_embedding.linear_2",
      "unet.down_blocks.0.resnets.0.time_emb_proj", "unet.up_blocks.1.resnets.0.conv_shortcut",
      "unet.mid_block.attentions.0.norm", "unet.mid_block.resnets.0.norm2",
      "unet.mid_block.attentions.0.transformer_blocks.0.norm3", "vae.decoder.conv_out",
      "vae.encoder.down_blocks.0.resnets.0.conv1", "text_encoder.text_model.final_layer_norm",
      "text_encoder_2.text_model.encoder.layers.0.mlp.fc1"})
  void sensitiveLayersStaySixteenBit(String module) {
    List<String> exceptions = List.of("fp32", "fp16", "unet-only-8", "onnx-int8");
    for (String id : BuiltInRecipes.ids()) {
      if (exceptions.contains(id)) {
        continue;
      }
      assertThat(RECIPES.open(id).ruleFor(module).orElseThrow().scheme()).as(id)
          .isEqualTo(new Scheme.Keep(ScalarType.BF16));
    }
  }

  @ParameterizedTest
  @CsvSource({
      "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0, true",
      "unet.mid_block.attentions.0.transformer_blocks.0.ff.net.2, true",
      "unet.mid_block.attentions.0.proj_in, false",
      "unet.up_blocks.0.upsamplers.0.conv, false",
      "unet.down_blocks.0.resnets.0.conv1, false"})
  void theRestOfTheUNetIsEightBit(String module, boolean perToken) {
    Scheme w8 = RECIPES.open("w8").ruleFor(module).orElseThrow().scheme();
    Scheme w8a8 = RECIPES.open("w8a8-dynamic").ruleFor(module).orElseThrow().scheme();

    assertThat(w8).isInstanceOfSatisfying(Scheme.Integers.class, integers -> {
      assertThat(integers.weights().bits()).isEqualTo(8);
      assertThat(integers.activations()).isNull();
    });
    assertThat(w8a8).isInstanceOfSatisfying(Scheme.Integers.class,
        integers -> assertThat(integers.activations().granularity()).isEqualTo(
            perToken ? new Granularity.PerToken() : new Granularity.PerTensor()));
  }

  @Test
  void opensFilesToo(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("mine.json");
    Files.writeString(file, RECIPES.all().getLast().json());

    assertThat(RECIPES.open(file.toString())).isEqualTo(RECIPES.all().getLast().recipe());
  }

  @Test
  void anUnknownNameNamesTheNearest() {
    assertThatThrownBy(() -> RECIPES.open("w8a8_dynamic"))
        .isInstanceOf(BadRecipeException.class)
        .hasMessage("w8a8_dynamic: is neither a recipe file nor a built-in recipe; the nearest is"
            + " \"w8a8-dynamic\" (built in: fp32, fp16, bf16, w8, w8a8-dynamic, w8a8-static, w6, w5,"
            + " w4-g32, w4a8, w3-g32, w2-g16, gguf-q8_0, gguf-q5_1, gguf-q4_0, onnx-int8,"
            + " attention-8-rest-4, unet-only-8)");
  }
}
