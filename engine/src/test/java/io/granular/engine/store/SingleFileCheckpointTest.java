package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.TokenizerSource.BundledClip;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SingleFileCheckpointTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  private static final Path SD1_FILE = GOLDENS.resolve("tiny-sd1-single-file.safetensors");
  private static final Path SD1 = GOLDENS.resolve("tiny-sd1");
  private static final Path SD2 = GOLDENS.resolve("tiny-sd2");
  private static final Path SDXL = GOLDENS.resolve("tiny-sdxl");

  @TempDir
  Path folder;

  @Test
  void sd1GivesTheTensorsOfItsFolder() {
    try (ModelSource single = SingleFileCheckpoint.open(SD1_FILE, null);
        ModelSource diffusers = PipelineFolder.open(SD1)) {
      assertThat(single.family()).isEqualTo(Family.SD1);
      assertThat(single.name()).isEqualTo("tiny-sd1-single-file");
      assertSameTensors(single, diffusers);
      assertThat(single.component("unet").files()).containsExactly(SD1_FILE);
    }
  }

  @Test
  void sd1GivesTheConfigurationOfItsFolder() {
    try (ModelSource single = SingleFileCheckpoint.open(SD1_FILE, null);
        ModelSource diffusers = PipelineFolder.open(SD1)) {
      assertConfig(single, diffusers, "unet", "sample_size", "_diffusers_version");
      assertConfig(single, diffusers, "vae", "sample_size", "_diffusers_version");
      assertConfig(single, diffusers, "text_encoder", "num_attention_heads", "bos_token_id",
          "eos_token_id", "dtype", "initializer_factor", "initializer_range",
          "transformers_version");
      ObjectNode scheduler = diffusers.schedulerConfig();
      scheduler.remove("_diffusers_version");
      assertThat(single.schedulerConfig()).isEqualTo(scheduler);
    }
  }

  @Test
  void everythingButATransposedMatrixIsAViewOfTheFile() throws IOException {
    Path file = write(SDXL);
    try (ModelSource single = SingleFileCheckpoint.open(file, SDXL)) {
      for (Component component : single.components().values()) {
        for (String name : component.tensors().names()) {
          assertThat(component.tensors().data(name).isMapped())
              .isEqualTo(!name.equals("text_projection.weight"));
        }
      }
    }
  }

  @Test
  void sd2GivesTheTensorsOfItsFolderAndDropsTheLastTextLayer() throws IOException {
    Path file = checkpoint(SD2).duplicate("cond_stage_model.model.transformer.resblocks.3.",
        "cond_stage_model.model.transformer.resblocks.4.").write(folder.resolve("sd2.safetensors"));
    try (ModelSource single = SingleFileCheckpoint.open(file, SD2);
        ModelSource diffusers = PipelineFolder.open(SD2)) {
      assertThat(single.family()).isEqualTo(Family.SD2);
      assertSameTensors(single, diffusers);
      assertThat(single.component("unet").config())
          .isEqualTo(diffusers.component("unet").config());
      assertThat(single.schedulerConfig()).isEqualTo(diffusers.schedulerConfig());
      assertThat(single.tokenizer("text_encoder")).isEqualTo(diffusers.tokenizer("text_encoder"));
    }
  }

  @Test
  void sdxlGivesTheTensorsOfItsFolder() throws IOException {
    try (ModelSource single = SingleFileCheckpoint.open(write(SDXL), SDXL);
        ModelSource diffusers = PipelineFolder.open(SDXL)) {
      assertThat(single.family()).isEqualTo(Family.SDXL);
      assertSameTensors(single, diffusers);
    }
  }

  @Test
  void theConfigurationOfSdxlFollowsFromShapes() throws IOException {
    Path file = checkpoint(SDXL).resized(SingleFileCheckpointTest::doubled)
        .write(folder.resolve("xl.safetensors"));
    try (ModelSource single = SingleFileCheckpoint.open(file, null);
        ModelSource diffusers = PipelineFolder.open(SDXL)) {
      ObjectNode expected = diffusers.component("unet").config();
      expected.remove("_diffusers_version");
      expected.put("sample_size", 128)
          .put("cross_attention_dim", 192L)
          .put("projection_class_embeddings_input_dim", 288L)
          .put("addition_time_embed_dim", 32L);
      expected.putArray("block_out_channels").add(64L).add(128L).add(128L);
      expected.putArray("attention_head_dim").add(1L).add(2L).add(2L);
      assertThat(reread(single.component("unet").config())).isEqualTo(reread(expected));
      ObjectNode second = single.component("text_encoder_2").config();
      assertThat(second.path("hidden_act").asText()).isEqualTo("gelu");
      assertThat(second.path("hidden_size").asInt()).isEqualTo(64);
      assertThat(second.path("num_attention_heads").asInt()).isEqualTo(1);
      assertThat(second.path("num_hidden_layers").asInt()).isEqualTo(4);
      assertThat(second.path("projection_dim").asInt()).isEqualTo(96);
      assertThat(single.component("vae").config().path("scaling_factor").asDouble())
          .isEqualTo(0.13025);
      assertThat(single.schedulerConfig().path("_class_name").asText())
          .isEqualTo("EulerDiscreteScheduler");
    }
  }

  @Test
  void theConfigurationOfSd2FollowsFromShapes() throws IOException {
    Path file = wideSd2().write(folder.resolve("sd2.safetensors"));
    try (ModelSource single = SingleFileCheckpoint.open(file, null)) {
      ObjectNode unet = single.component("unet").config();
      assertThat(unet.path("use_linear_projection").asBoolean()).isTrue();
      assertThat(unet.path("attention_head_dim").toString()).isEqualTo("[1,2,2,2]");
      assertThat(unet.path("transformer_layers_per_block").asInt()).isOne();
      assertThat(unet.path("down_block_types").get(3).asText()).isEqualTo("DownBlock2D");
      assertThat(unet.path("sample_size").asInt()).isEqualTo(96);
      ObjectNode text = single.component("text_encoder").config();
      assertThat(text.path("num_hidden_layers").asInt()).isEqualTo(4);
      assertThat(text.path("hidden_act").asText()).isEqualTo("gelu");
      assertThat(text.path("num_attention_heads").asInt()).isEqualTo(2);
      assertThat(single.notes().getFirst()).contains("velocity is assumed");
    }
  }

  @ParameterizedTest
  @CsvSource({"epsilon,,epsilon", "v,,v_prediction", "v_prediction,,v_prediction",
      ",875000,epsilon", ",110000,v_prediction", ",,v_prediction"})
  void thePredictionOfSd2(String declared, Long step, String expected) throws IOException {
    OriginalCheckpoint checkpoint = wideSd2();
    if (declared != null) {
      checkpoint.declare("modelspec.prediction_type", declared);
    }
    if (step != null) {
      checkpoint.putLong("global_step", step);
    }
    try (ModelSource single =
        SingleFileCheckpoint.open(checkpoint.write(folder.resolve("p.safetensors")), null)) {
      assertThat(single.schedulerConfig().path("prediction_type").asText()).isEqualTo(expected);
      assertThat(single.notes().stream().filter(note -> note.contains("velocity is assumed")))
          .hasSize(declared == null && !"epsilon".equals(expected) ? 1 : 0);
    }
  }

  @Test
  void trainersMarksSayVelocityAndZeroSnr() throws IOException {
    Path file = checkpoint(SDXL).resized(SingleFileCheckpointTest::doubled)
        .putEmpty("v_pred")
        .putEmpty("ztsnr")
        .write(folder.resolve("xl.safetensors"));
    try (ModelSource single = SingleFileCheckpoint.open(file, null)) {
      ObjectNode scheduler = single.schedulerConfig();
      assertThat(scheduler.path("prediction_type").asText()).isEqualTo("v_prediction");
      assertThat(scheduler.path("rescale_betas_zero_snr").asBoolean()).isTrue();
    }
  }

  @Test
  void whatShapesDoNotTellNeedsAConfiguration() throws IOException {
    Path file = write(SDXL);
    assertBad(file, null, "--config DIR");
    assertBad(file, null, "num_attention_heads in text_encoder_2/config.json");
    assertBad(file, SD2, "is SDXL, but the configuration");
  }

  @Test
  void assumedHeadsAreNotedWhereTheModelIsNoneOfThePublished() {
    try (ModelSource single = SingleFileCheckpoint.open(SD1_FILE, null)) {
      assertThat(single.notes()).hasSize(2);
      assertThat(single.notes().getFirst())
          .contains("text_encoder of width 64 has; heads of 64 are assumed", "--config DIR");
      assertThat(single.notes().getLast())
          .contains("unet of 32 channels has; 8 heads are assumed", "--config DIR");
    }
    try (ModelSource single = SingleFileCheckpoint.open(SD1_FILE, SD1)) {
      assertThat(single.notes()).isEmpty();
    }
  }

  @Test
  void headsOfThePublishedWidthsAreNotNoted() throws IOException {
    Path file = checkpoint(SD2)
        .duplicate("cond_stage_model.model.transformer.resblocks.3.",
            "cond_stage_model.model.transformer.resblocks.4.")
        .resized(SingleFileCheckpointTest::published)
        .write(folder.resolve("sd2.safetensors"));
    try (ModelSource single = SingleFileCheckpoint.open(file, null)) {
      assertThat(single.notes()).singleElement().asString().contains("velocity is assumed");
    }
  }

  /** The first level as wide as in SD, and the text encoder as ViT-H. */
  private static long published(long dim) {
    long doubled = doubled(dim);
    return doubled == 64 ? 320 : doubled == 128 ? 1024 : doubled;
  }

  @Test
  void anUnusualVocabularyNeedsAConfigurationForItsTokenizer() {
    try (ModelSource single = SingleFileCheckpoint.open(SD1_FILE, null)) {
      assertThatThrownBy(() -> single.tokenizer("text_encoder"))
          .isInstanceOf(BadModelException.class)
          .hasMessageContaining("2158 tokens")
          .hasMessageContaining("--config DIR");
    }
    try (ModelSource single = SingleFileCheckpoint.open(SD1_FILE, SD1)) {
      assertThat(single.tokenizer("text_encoder"))
          .isEqualTo(new TokenizerSource.Folder(SD1.resolve("tokenizer"), 77));
    }
  }

  @Test
  void theClipVocabularyComesWithGranular() throws IOException {
    Path file = checkpoint(SDXL).resized(
        dim -> dim == 2158 ? BundledClip.VOCABULARY_SIZE : doubled(dim))
        .write(folder.resolve("xl.safetensors"));
    try (ModelSource single = SingleFileCheckpoint.open(file, null)) {
      assertThat(single.tokenizer("text_encoder")).isEqualTo(new BundledClip("<|endoftext|>", 77));
      assertThat(single.tokenizer("text_encoder_2")).isEqualTo(new BundledClip("!", 77));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|',
      textBlock = """
          double_blocks.0.img_attn.norm.key_norm.scale                    | FLUX
          model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight    | Stable Diffusion 3
          lora_unet_down_blocks_0_attentions_0_proj_in.lora_up.weight     | LoRA
          control_model.input_blocks.0.0.weight                           | ControlNet
          down_blocks.0.resnets.0.conv1.weight                            | one component of a diffusers folder
          first_stage_model.decoder.conv_in.weight                        | a VAE alone
          something.weight                                                | 1 tensors, such as something.weight
          """)
  void otherFilesAreNamed(String tensor, String complaint) throws IOException {
    Path file = folder.resolve("other.safetensors");
    SafetensorsWriter.write(file, Map.of(),
        List.of(NamedTensor.floats(tensor, List.of(1L), new float[1])));
    assertBad(file, null, complaint);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|',
      textBlock = """
          cond_stage_model.                                       | no text encoder
          first_stage_model.                                      | no complete VAE
          model.diffusion_model.output_blocks.7                   | 7 output blocks where its input blocks need 8
          model.diffusion_model.input_blocks.5.0.out_layers.3     | has no tensor
          model.diffusion_model.input_blocks.7                    | not all alike
          """)
  void incompleteCheckpointsAreNamed(String missing, String complaint) throws IOException {
    assertBad(checkpoint(SD2).remove(missing).write(folder.resolve("cut.safetensors")), null,
        complaint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.diffusion_model.input_blocks.1.1.motion.weight",
      "model.diffusion_model.output_blocks.99.0.in_layers.0.weight",
      "first_stage_model.encoder.down.0.attn.0.q.weight",
      "cond_stage_model.model.transformer.resblocks.0.extra.weight"})
  void unknownTensorsInsideANetworkAreNotIgnored(String name) throws IOException {
    Path file = checkpoint(SD2).putLong(name, 1).write(folder.resolve("more.safetensors"));
    assertBad(file, SD2, name);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      first_stage_model.encoder.mid.attn_1.q.weight                       | is not a linear layer
      cond_stage_model.model.transformer.resblocks.0.attn.in_proj_bias    | cannot be cut into 3
      """)
  void tensorsOfTheWrongShapeAreNamed(String name, String complaint) throws IOException {
    TensorInfo info = new TensorInfo(name, ScalarType.F16, List.of(2L, 2L, 2L));
    Path file = checkpoint(SD2).put(name, info, MemorySegment.ofArray(new byte[16]))
        .write(folder.resolve("shape.safetensors"));
    assertBad(file, SD2, name);
    assertBad(file, SD2, complaint);
  }

  @ParameterizedTest
  @CsvSource({"edm_mean,EDM", "conditioner.embedders.0.model.ln_final.weight,refiner"})
  void relativesThatRunOtherwiseAreNamed(String name, String complaint) throws IOException {
    Path file =
        checkpoint(SD2).remove("cond_stage_model.")
            .putLong(name, 1)
            .write(folder.resolve("r.safetensors"));
    assertBad(file, null, complaint);
  }

  @Test
  void trainingLeftoversOutsideTheNetworksAreIgnored() throws IOException {
    Path file = checkpoint(SD2).putLong("first_stage_model.loss.logvar", 1)
        .putLong("model_ema.decay", 1)
        .putLong("cond_stage_model.model.attn_mask", 1)
        .write(folder.resolve("more.safetensors"));
    try (ModelSource single = SingleFileCheckpoint.open(file, SD2);
        ModelSource diffusers = PipelineFolder.open(SD2)) {
      assertSameTensors(single, diffusers);
    }
  }

  private static OriginalCheckpoint checkpoint(Path pipeline) {
    return OriginalCheckpoint.of(PipelineFolder.open(pipeline));
  }

  private Path write(Path pipeline) throws IOException {
    return checkpoint(pipeline).write(folder.resolve("single.safetensors"));
  }

  /** With the last layer and the projection that diffusers drops, and heads of 64. */
  private static OriginalCheckpoint wideSd2() {
    String text = "cond_stage_model.model.";
    return checkpoint(SD2)
        .duplicate(text + "transformer.resblocks.3.", text + "transformer.resblocks.4.")
        .duplicate(text + "transformer.resblocks.0.attn.out_proj.weight", text + "text_projection")
        .resized(SingleFileCheckpointTest::doubled);
  }

  /** Widths become multiples of 64; kernels, pictures, latents and token counts stay. */
  private static long doubled(long dim) {
    return dim >= 32 && dim != 77 && dim != 2158 ? 2 * dim : dim;
  }

  private static void assertSameTensors(ModelSource actual, ModelSource expected) {
    assertThat(actual.components().keySet())
        .containsExactlyElementsOf(expected.components().keySet());
    expected.components().forEach((name, component) -> {
      assertThat(actual.component(name).className()).isEqualTo(component.className());
      Folders.assertSame(actual.component(name).tensors(), component.tensors());
    });
  }

  private static void assertConfig(ModelSource actual, ModelSource expected, String component,
      String... except) {
    ObjectNode left = actual.component(component).config().deepCopy().without(List.of(except));
    ObjectNode right = expected.component(component).config().deepCopy().without(List.of(except));
    assertThat(reread(left)).isEqualTo(reread(right));
  }

  /** As if it came from a file: numbers that look alike are alike. */
  private static ObjectNode reread(ObjectNode json) {
    return ModelJson.parse(Path.of("test"), json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void assertBad(Path file, Path config, String complaint) {
    assertThatThrownBy(() -> SingleFileCheckpoint.open(file, config))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(complaint);
  }
}
