package io.granular.engine.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.run.RunResult;
import io.granular.engine.save.SaveOptions.GgufLayout;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.GgufFile;
import io.granular.engine.store.GgufValue;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Saving as GGUF and opening it again. */
class GgufFormatTest {
  private static final String CONV = "model.diffusion_model.input_blocks.1.0.in_layers.2.weight";

  @TempDir
  static Path cache;

  private static SavingHarness engine;

  @TempDir
  Path folder;

  @BeforeAll
  static void start() {
    engine = new SavingHarness(cache);
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @ParameterizedTest
  @CsvSource({"tiny-sd1, gguf-q8_0", "tiny-sd1, gguf-q5_1", "tiny-sd2, gguf-q4_0",
      "tiny-sdxl, gguf-q8_0", "tiny-sd1, bf16", "tiny-sd1, fp16", "tiny-sd1, fp32"})
  void aWholeModelComesBackBitForBit(String model, String recipe) {
    Path to = folder.resolve("model.gguf");
    SaveResult result =
        engine.save(SavingHarness.GOLDENS.resolve(model), recipe, to, SaveFormat.GGUF);

    assertThat(result.check().identical()).isTrue();
    assertThat(result.files()).containsExactly(to.toAbsolutePath());
    try (ModelSource open = ModelSources.open(to.toString(), null);
        ModelSource source =
            ModelSources.open(SavingHarness.GOLDENS.resolve(model).toString(), null)) {
      assertThat(open.family()).isEqualTo(source.family());
      assertThat(open.schedulerConfig()).isEqualTo(source.schedulerConfig());
      assertThat(open.component("unet").config()).isEqualTo(source.component("unet").config());
      assertThat(open.component("vae").tensors().names())
          .containsExactlyInAnyOrderElementsOf(source.component("vae").tensors().names());
      assertThat(open.notes()).isEmpty();
    }
  }

  @Test
  void convolutionsAreQuantizedAsComfyUiDoes() {
    Path to = folder.resolve("model.gguf");
    engine.save(SavingHarness.SD1, "gguf-q8_0", to, SaveFormat.GGUF);
    try (GgufFile file = GgufFile.open(to)) {
      assertThat(file.storedType(CONV)).isEqualTo("Q8_0");
      assertThat(file.info(CONV).shape()).containsExactly(32L, 32L, 3L, 3L);
      assertThat(file.metadata().get("comfy.gguf.orig_shape." + CONV)).isEqualTo(
          new GgufValue.Values(List.of(new GgufValue.Whole(32), new GgufValue.Whole(32),
              new GgufValue.Whole(3), new GgufValue.Whole(3))));
      assertThat(file.text("general.architecture")).hasValue("sd1");
      assertThat(file.storedType("model.diffusion_model.time_embed.0.bias")).isEqualTo("F32");
    }
  }

  @Test
  void convolutionsCanBeKeptInSixteenBits() {
    Path to = folder.resolve("model.gguf");
    SaveResult result =
        save("gguf-q4_0", to, new SaveOptions(GgufLayout.FULL, true, OnnxForm.QDQ, 0, 2));
    assertThat(result.check().identical()).isFalse();
    assertThat(result.check().psnr()).isNotNull().isGreaterThan(10);
    assertThat(result.notes()).anyMatch(note -> note.contains("kept in fp16"));
    try (GgufFile file = GgufFile.open(to)) {
      assertThat(file.storedType(CONV)).isEqualTo("F16");
      assertThat(file.metadata().keySet()).noneMatch(key -> key.startsWith("comfy."));
      assertThat(file.names().stream().filter(name -> file.storedType(name).equals("Q4_0")))
          .isNotEmpty();
    }
  }

  @Test
  void theUNetAloneTakesTheOtherPartsFromAnotherModel() throws IOException {
    Path to = folder.resolve("unet.gguf");
    SaveResult result =
        save("gguf-q5_1", to, new SaveOptions(GgufLayout.UNET, false, OnnxForm.QDQ, 0, 2));
    assertThat(result.check().identical()).isTrue();
    try (GgufFile file = GgufFile.open(to)) {
      assertThat(file.names()).contains("input_blocks.0.0.weight")
          .noneMatch(
              name -> name.startsWith("model.") || name.startsWith("first_stage"));
    }

    assertThatThrownBy(() -> ModelSources.open(to.toString(), null))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("U-Net only")
        .hasMessageContaining("--config");
    assertThatThrownBy(() -> ModelSources.open(to.toString(), SavingHarness.SDXL))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("does not belong to");

    RunResult before = engine.generate(SavingHarness.SD1, "gguf-q5_1", folder.resolve("before"));
    RunResult after = engine.generate(to, SavingHarness.SD1, "stored", folder.resolve("after"));
    assertThat(SavingHarness.latents(after)).isEqualTo(SavingHarness.latents(before));
  }

  @Test
  void whatBlocksCannotHoldIsRefusedByName() {
    Path to = folder.resolve("model.gguf");
    assertThatThrownBy(() -> engine.save(SavingHarness.SD1, "w4-g32", to, SaveFormat.GGUF))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(
            "unet.down_blocks.0.attentions.0.proj_in (int4 per_group 32 asymmetric)")
        .hasMessageContaining("{\"weights\": {\"type\": \"q4_1\"}}");
    assertThat(to).doesNotExist();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aQuantizedModelIsConvertedWithoutQuantizingAgain() throws IOException {
    Path saved = folder.resolve("saved");
    engine.save(SavingHarness.SD1, "gguf-q8_0", saved, SaveFormat.SAFETENSORS);
    Path to = folder.resolve("model.gguf");
    SaveResult result = engine.save(saved, "stored", to, SaveFormat.GGUF);
    Path direct = folder.resolve("direct.gguf");
    engine.save(SavingHarness.SD1, "gguf-q8_0", direct, SaveFormat.GGUF);

    assertThat(result.check().identical()).isTrue();
    try (GgufFile a = GgufFile.open(to); GgufFile b = GgufFile.open(direct)) {
      assertThat(a.names()).isEqualTo(b.names());
      for (String name : a.names()) {
        assertThat(a.data(name).mismatch(b.data(name))).as(name).isEqualTo(-1);
      }
    }
  }

  /** As real SD 2.x models are: 23 of 24 layers, and stable-diffusion.cpp looks for all. */
  @Test
  void theTextEncoderOfSd2HasItsLastLayerAgain() throws IOException {
    Path model = folder.resolve("sd2");
    copy(SavingHarness.SD2, model);
    Path weights = model.resolve("text_encoder/model.safetensors");
    List<NamedTensor> tensors = new ArrayList<>();
    try (SafetensorsFile file =
        SafetensorsFile.open(SavingHarness.SD2.resolve("text_encoder/model.safetensors"))) {
      for (String name : file.names()) {
        for (int layer = 0; layer < (name.contains(".layers.0.") ? 23 : 1); layer++) {
          if (name.contains(".layers.0.") || !name.contains(".layers.")) {
            String copy = name.replace(".layers.0.", ".layers." + layer + ".");
            tensors.add(NamedTensor.of(
                new TensorInfo(copy, file.info(name).dtype(), file.info(name).shape()),
                file.data(name)));
          }
        }
      }
      SafetensorsWriter.write(weights, Map.of(), tensors);
    }
    Path config = model.resolve("text_encoder/config.json");
    Files.writeString(config, Files.readString(config)
        .replaceFirst("\"num_hidden_layers\": \\d+", "\"num_hidden_layers\": 23"));
    Path to = folder.resolve("model.gguf");
    SaveResult result = engine.save(model, "fp16", to, SaveFormat.GGUF);

    assertThat(result.check().identical()).isTrue();
    try (GgufFile file = GgufFile.open(to)) {
      String last = "cond_stage_model.model.transformer.resblocks.23.";
      assertThat(file.names()).contains(last + "attn.in_proj_weight", last + "ln_2.bias");
      assertThat(file.info(last + "mlp.c_fc.weight"))
          .extracting(TensorInfo::shape)
          .isEqualTo(file.info(last.replace("23", "22") + "mlp.c_fc.weight").shape());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        if (!file.toString().contains("expected")) {
          Files.copy(file, to.resolve(from.relativize(file).toString()));
        }
      }
    }
  }

  /** Written by gguf from PyPI as ComfyUI-GGUF's converter does. */
  @Test
  void aForeignUNetRunsAsItIsStored() throws IOException {
    Path file = SavingHarness.GOLDENS.resolve("quant/gguf/tiny-sd1-unet-q4_0.gguf");
    RunResult stored = engine.generate(file, SavingHarness.SD1, "stored", folder.resolve("stored"));
    assertThat(stored.kernels().keySet()).anyMatch(id -> id.startsWith("gguf-q4_0"))
        .contains("fp16-storage");
    assertThat(stored.notes()).noneMatch(note -> note.contains("from the stored"));

    // The same weights quantized here: the file holds those of all layers but conv_in, conv_out and the embedding.
    Path recipe = Files.writeString(folder.resolve("r.json"), """
        {"version": 1, "name": "as Comfy", "rules": [
          {"match": "unet.{conv_in,conv_out,time_embedding.**}", "keep": "fp16"},
          {"match": "unet.**.*norm*", "keep": "fp32"},
          {"match": "unet.**", "weights": {"type": "q4_0"}},
          {"match": "**", "keep": "fp16"}]}
        """);
    RunResult own =
        engine.generate(SavingHarness.SD1, recipe.toString(), folder.resolve("own"));
    assertThat(SavingHarness.latents(stored)).isEqualTo(SavingHarness.latents(own));
  }

  private static SaveResult save(String recipe, Path to, SaveOptions options) {
    return engine.save(new SaveRequest(SavingHarness.SD1.toString(), null, recipe, to,
        SaveFormat.GGUF, options, false, null, 2));
  }

  @Test
  void nothingIsOverwrittenUnasked() throws IOException {
    Path to = Files.writeString(folder.resolve("model.gguf"), "mine");
    assertThatThrownBy(() -> engine.save(SavingHarness.SD1, "gguf-q8_0", to, SaveFormat.GGUF))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is there already");
    assertThat(to).hasContent("mine");
    engine.save(new SaveRequest(SavingHarness.SD1.toString(), null, "gguf-q8_0", to,
        SaveFormat.GGUF, SaveOptions.USUAL, true, null, 2));
    assertThat(Files.size(to)).isGreaterThan(1_000_000);
  }
}
