package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineFolderTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";

  @TempDir
  Path folder;

  @BeforeEach
  void copyModel() throws IOException {
    Folders.copy(GOLDENS.resolve("tiny-sd1"), folder);
  }

  @ParameterizedTest
  @CsvSource({"tiny-sd1,SD1,PNDMScheduler", "tiny-sd2,SD2,DDIMScheduler",
      "tiny-sdxl,SDXL,EulerDiscreteScheduler"})
  void theFamilyFollowsFromTheConfigurations(String name, Family family, String scheduler) {
    try (PipelineFolder model = PipelineFolder.open(GOLDENS.resolve(name))) {
      assertThat(model.family()).isEqualTo(family);
      assertThat(model.name()).isEqualTo(name);
      assertThat(model.components().keySet()).containsExactlyElementsOf(family.components());
      assertThat(model.schedulerConfig().path("_class_name").asText()).isEqualTo(scheduler);
      assertThat(model.promptDefaults()).isEmpty();
      assertThat(model.component("unet").className()).isEqualTo("UNet2DConditionModel");
      assertThat(model.component("unet").config().path("in_channels").asInt()).isEqualTo(4);
      assertThat(model.tokenizer("text_encoder")).isEqualTo(
          new TokenizerSource.Folder(GOLDENS.resolve(name).resolve("tokenizer"), 77));
    }
  }

  @Test
  void sdxlHasTwoTextEncodersWithTheirTokenizers() {
    try (PipelineFolder model = PipelineFolder.open(GOLDENS.resolve("tiny-sdxl"))) {
      assertThat(model.component("text_encoder_2").tensors().info("text_projection.weight").shape())
          .containsExactly(48L, 32L);
      assertThat(model.tokenizer("text_encoder_2")).isEqualTo(
          new TokenizerSource.Folder(GOLDENS.resolve("tiny-sdxl/tokenizer_2"), 77));
    }
  }

  @ParameterizedTest
  @CsvSource({"tiny-sdxl,,true", "tiny-sdxl,true,true", "tiny-sdxl,false,false",
      "tiny-sd1,,false", "tiny-sd1,true,false"})
  void theModelSaysWhetherAnEmptyNegativePromptIsZeros(String name, @Nullable String says,
      boolean zeros)
      throws IOException {
    Folders.delete(folder);
    Folders.copy(GOLDENS.resolve(name), folder);
    index(says);
    try (PipelineFolder model = PipelineFolder.open(folder)) {
      assertThat(model.zeroEmptyNegative()).isEqualTo(zeros);
    }
  }

  @Test
  void whetherAnEmptyNegativePromptIsZerosMustBeTrueOrFalse() throws IOException {
    Folders.delete(folder);
    Folders.copy(GOLDENS.resolve("tiny-sdxl"), folder);
    index("\"yes\"");
    assertThatThrownBy(() -> PipelineFolder.open(folder)).isInstanceOf(BadModelException.class)
        .hasMessageContaining("'force_zeros_for_empty_prompt' is \"yes\"")
        .hasMessageContaining("Set it to true or false");
  }

  /** Rewrites the index with another {@code force_zeros_for_empty_prompt}, or without it. */
  private void index(@Nullable String zeros) throws IOException {
    Path index = folder.resolve("model_index.json");
    ObjectNode json = ModelJson.read(index);
    json.remove("force_zeros_for_empty_prompt");
    if (zeros != null) {
      json.set("force_zeros_for_empty_prompt", new JsonMapper().readTree(zeros));
    }
    Files.writeString(index, json.toString());
  }

  @Test
  void theDemoModelSuggestsPrompts() {
    try (ModelSource model = ModelSources.open("demo", null)) {
      assertThat(model.family()).isEqualTo(Family.SD1);
      assertThat(model.tokenizer("text_encoder").maxLength()).isEqualTo(32);
      PromptDefaults defaults = model.promptDefaults().orElseThrow();
      assertThat(defaults.guidanceScale()).hasValue(3);
      assertThat(defaults.steps()).isEqualTo(OptionalInt.of(20));
      assertThat(defaults.width()).hasValue(128);
      assertThat(defaults.height()).hasValue(128);
      assertThat(defaults.prompt()).hasValue("blue heart on a pink background");
      assertThat(defaults.prompts()).hasSize(10).contains("bus");
    }
  }

  @Test
  void textEncodersHaveTheSameNamesWhicheverTransformersSavedThem() throws IOException {
    List<String> names;
    try (PipelineFolder model = PipelineFolder.open(folder)) {
      TensorSource tensors = model.component("text_encoder").tensors();
      names = List.copyOf(tensors.names());
      assertThat(names).contains("text_model.encoder.layers.0.self_attn.q_proj.weight")
          .allMatch(name -> name.startsWith("text_model."));
    }
    Folders.rewrite(folder.resolve("text_encoder/model.safetensors"), name -> "text_model." + name,
        NamedTensor.longs("text_model.embeddings.position_ids", List.of(1L, 1L), new long[1]));
    try (PipelineFolder model = PipelineFolder.open(folder)) {
      assertThat(model.component("text_encoder").tensors().names())
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void oldVaeAttentionGetsTodaysNames() throws IOException {
    List<String> names;
    try (PipelineFolder model = PipelineFolder.open(folder)) {
      names = List.copyOf(model.component("vae").tensors().names());
    }
    Folders.rewrite(folder.resolve("vae/diffusion_pytorch_model.safetensors"),
        name -> name.replace("0.to_q", "0.query")
            .replace("0.to_k", "0.key")
            .replace("0.to_v", "0.value")
            .replace("0.to_out.0", "0.proj_attn"));
    try (PipelineFolder model = PipelineFolder.open(folder)) {
      assertThat(model.component("vae").tensors().names())
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp16", "ema"})
  void aVariantIsUsedWhenThereIsNoPlainFile(String variant) throws IOException {
    Path used = folder.resolve("unet/diffusion_pytorch_model." + variant + ".safetensors");
    Files.move(folder.resolve(UNET), used);
    try (PipelineFolder model = PipelineFolder.open(folder)) {
      assertThat(model.component("unet").files()).containsExactly(used);
    }
  }

  @Test
  void fp16WinsOverOtherVariantsAndThePlainFileOverAll() throws IOException {
    Files.copy(folder.resolve(UNET), folder.resolve(variant("fp16")));
    Files.copy(folder.resolve(UNET), folder.resolve(variant("ema")));
    try (PipelineFolder model = PipelineFolder.open(folder)) {
      assertThat(model.component("unet").files()).containsExactly(folder.resolve(UNET));
    }
    Files.delete(folder.resolve(UNET));
    try (PipelineFolder model = PipelineFolder.open(folder)) {
      assertThat(model.component("unet").files()).containsExactly(folder.resolve(variant("fp16")));
    }
    Files.move(folder.resolve(variant("fp16")), folder.resolve(variant("other")));
    assertBad("several variants");
  }

  @ParameterizedTest
  @ValueSource(strings = {"diffusion_pytorch_model.safetensors.index.json",
      "diffusion_pytorch_model.safetensors.index.fp16.json"})
  void shardsAreReadThroughTheirIndex(String index) throws IOException {
    Path whole = folder.resolve(UNET);
    StringBuilder map = new StringBuilder();
    try (SafetensorsFile file = SafetensorsFile.open(whole)) {
      List<String> names = List.copyOf(file.names());
      int half = names.size() / 2;
      for (int part = 0; part < 2; part++) {
        String shard = "diffusion_pytorch_model-0000" + (part + 1) + "-of-00002.safetensors";
        List<String> some = names.subList(part * half, part == 0 ? half : names.size());
        SafetensorsWriter.write(whole.resolveSibling(shard), Map.of(),
            some.stream().map(n -> NamedTensor.of(file.info(n), file.data(n))).toList());
        some.forEach(n -> map.append(",\"").append(n).append("\":\"").append(shard).append('"'));
      }
    }
    Files.writeString(whole.resolveSibling(index), "{\"weight_map\":{" + map.substring(1) + "}}");
    Files.delete(whole);
    try (PipelineFolder sharded = PipelineFolder.open(folder);
        PipelineFolder plain = PipelineFolder.open(GOLDENS.resolve("tiny-sd1"))) {
      Folders.assertSame(sharded.component("unet").tensors(), plain.component("unet").tensors());
      assertThat(sharded.component("unet").files()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"diffusion_pytorch_model.bin", "model.ckpt", "w.PTH"})
  void picklesAreNeverRead(String name) throws IOException {
    Files.delete(folder.resolve(UNET));
    Files.writeString(folder.resolve("unet").resolve(name), "pickle");
    assertBad("never runs programs");
  }

  @ParameterizedTest
  @ValueSource(strings = {UNET, "unet/config.json", "vae/config.json", "model_index.json",
      "scheduler/scheduler_config.json", "text_encoder/model.safetensors"})
  void missingFilesAreNamed(String file) throws IOException {
    Files.delete(folder.resolve(file));
    assertBad(folder.resolve(file).getFileName().toString());
  }

  @Test
  void missingFoldersAreNamed() throws IOException {
    Folders.delete(folder.resolve("tokenizer"));
    try (PipelineFolder model = PipelineFolder.open(folder)) {
      assertThatThrownBy(() -> model.tokenizer("text_encoder"))
          .isInstanceOf(BadModelException.class)
          .hasMessageContaining("tokenizer");
      assertThatThrownBy(() -> model.tokenizer("unet")).isInstanceOf(NoSuchElementException.class);
      assertThatThrownBy(() -> model.tokenizer("text_encoder_2"))
          .isInstanceOf(NoSuchElementException.class)
          .hasMessageContaining("text_encoder, unet, vae");
    }
    Folders.delete(folder.resolve("unet"));
    assertBad("unet");
    assertThatThrownBy(() -> PipelineFolder.open(GOLDENS.resolve("tiny-sd1/unet")))
        .hasMessageContaining("open the folder above it");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|',
      textBlock = """
          StableDiffusionPipeline | FluxPipeline            | is a FluxPipeline, which Granular does not run
          StableDiffusionPipeline | StableDiffusion3Pipeline| is a StableDiffusion3Pipeline
          CLIPTextModel           | T5EncoderModel          | its text_encoder is a T5EncoderModel
          AutoencoderKL           | AutoencoderTiny         | its vae is a AutoencoderTiny
          UNet2DConditionModel    | UNet2DModel             | its unet is a UNet2DModel
          "_class_name"           | "_class"                | names no '_class_name'
          "vae"                   | "other"                 | has no vae
          "scheduler"             | "other"                 | has no scheduler
          """)
  void pipelinesGranularDoesNotRunAreNamed(String from, String to, String complaint)
      throws IOException {
    replace("model_index.json", from, to);
    assertBad(complaint);
  }

  @Test
  void aNullComponentIsMissing() throws IOException {
    replace("model_index.json", "\"diffusers\",\n    \"AutoencoderKL\"", "null, null");
    assertBad("has no vae");
  }

  @Test
  void inpaintingModelsAreRefused() throws IOException {
    replace("unet/config.json", "\"in_channels\": 4", "\"in_channels\": 9");
    assertBad("inpainting");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1,\"a\":2}", "{} {}", "[]", "{", "", "{\"a\":NaN}"})
  void configurationsAreStrictJson(String json) throws IOException {
    Files.writeString(folder.resolve("unet/config.json"), json);
    assertBad("config.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"size\":[1]}", "{\"size\":[0,1]}", "{\"steps\":1.5}",
      "{\"prompts\":[1]}",
      "{\"default\":1}", "{\"guidance_scale\":\"x\"}", "{\"steps\":99999999999}"})
  void promptsAreChecked(String json) throws IOException {
    Files.writeString(folder.resolve("prompts.json"), json);
    try (PipelineFolder model = PipelineFolder.open(folder)) {
      assertThatThrownBy(model::promptDefaults).isInstanceOf(BadModelException.class)
          .hasMessageContaining("prompts.json");
    }
  }

  private static String variant(String name) {
    return UNET.replace(".safetensors", "." + name + ".safetensors");
  }

  private void replace(String file, String from, String to) throws IOException {
    Path path = folder.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
  }

  private void assertBad(String complaint) {
    assertThatThrownBy(() -> PipelineFolder.open(folder)).isInstanceOf(BadModelException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(complaint);
  }
}
