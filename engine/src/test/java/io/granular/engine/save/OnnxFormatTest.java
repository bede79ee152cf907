package io.granular.engine.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX folders: what ONNX Runtime generates from them against the engine's picture. */
class OnnxFormatTest {
  private static SavingHarness engine;

  @TempDir
  private static Path cache;

  @TempDir
  private Path folder;

  @BeforeAll
  static void start() {
    engine = new SavingHarness(cache);
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd1", "tiny-sd2", "tiny-sdxl"})
  void aPictureGeneratedByOnnxRuntimeIsTheEngines(String pipeline) throws IOException {
    Path saved = folder.resolve("saved");
    SaveResult result = engine.save(SavingHarness.GOLDENS.resolve(pipeline), "fp32", saved,
        SaveFormat.ONNX);

    assertThat(result.check().psnr() == null || result.check().psnr() > 50)
        .as(result.check().text())
        .isTrue();
    assertThat(result.bytes()).isCloseTo(result.estimatedBytes(),
        Percentage.withPercentage(40));
    for (String network : new String[]{"text_encoder", "unet", "vae_decoder", "vae_encoder"}) {
      assertThat(saved.resolve(network).resolve("model.onnx")).exists();
      assertThat(saved.resolve(network).resolve("config.json")).exists();
    }
    JsonNode index =
        new ObjectMapper().readTree(saved.resolve("model_index.json").toFile());
    assertThat(index.has("vae")).isFalse();
    assertThat(index.has("vae_decoder")).isTrue();
  }

  @Test
  void treatedIntegersAreWrittenWithTheirCorrectedBiases() throws IOException {
    SaveResult result = engine.save(SavingHarness.SD1, recipe("""
        {"match": "unet.{conv_in,conv_out,time_embedding.**}", "keep": "fp32"},
        {"match": "unet.**.*norm*", "keep": "fp32"},
        {"match": "unet.**", "weights": {"bits": 4, "granularity": "per_group", "group": 8,
           "mapping": "asymmetric"},
         "treatments": {"gptq": true, "clip": "mse", "bias_correction": true}},
        {"match": "**", "keep": "fp32"}""").toString(), folder.resolve("saved"), SaveFormat.ONNX);

    // The engine multiplies these weights in bf16 where the processor can.
    assertThat(result.check().psnr()).isGreaterThan(25);
  }

  @Test
  void staticRangesBecomeQuantizeLinear() throws Exception {
    Path ranges = engine.calibrate(SavingHarness.SD1, folder.resolve("ranges.json"));
    Path saved = folder.resolve("saved");
    SaveResult result = engine.save(new SaveRequest(SavingHarness.SD1.toString(), null,
        "onnx-int8", saved, SaveFormat.ONNX, SaveOptions.USUAL, false, ranges, 2));

    assertThat(result.check().psnr()).isGreaterThan(25);
    assertThat(text(saved.resolve("unet/model.onnx"))).contains("QuantizeLinear");
    assertThat(saved.resolve("unet/calibration.cache")).doesNotExist();
  }

  @Test
  void theCacheNamesTensorsOfTheModel() throws Exception {
    Path ranges = engine.calibrate(SavingHarness.SD1, folder.resolve("ranges.json"));
    Path saved = folder.resolve("saved");
    engine.save(new SaveRequest(SavingHarness.SD1.toString(), null, "onnx-int8", saved,
        SaveFormat.ONNX, new SaveOptions(SaveOptions.USUAL.gguf(), false, OnnxForm.CACHE, 0, 2),
        false, ranges, 2));

    Path model = saved.resolve("unet/model.onnx");
    assertThat(text(model)).doesNotContain("QuantizeLinear");
    var lines = Files.readAllLines(saved.resolve("unet/calibration.cache"));
    assertThat(lines.getFirst()).startsWith("TRT-");
    assertThat(lines).hasSizeGreaterThan(20);
    String content = text(model);
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.lastIndexOf(": ");
      assertThat(content).contains(line.substring(0, colon));
      float scale = Float.intBitsToFloat(Integer.parseUnsignedInt(line.substring(colon + 2), 16));
      assertThat(scale).isBetween(1e-7f, 10f);
    }
    assertThat(saved.resolve("vae_decoder/calibration.cache")).doesNotExist();
    try (OrtSession session =
        OrtEnvironment.getEnvironment().createSession(model.toString())) {
      assertThat(session.getOutputNames()).containsExactly("out_sample");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"w8a8-dynamic", "gguf-q4_0"})
  void whatOnnxCannotSayIsRefusedByName(String recipe) {
    assertThatThrownBy(() -> engine.save(SavingHarness.SD1, recipe, folder.resolve("saved"),
        SaveFormat.ONNX))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("unet.down_blocks.0")
        .hasMessageContaining("nearest:");
    assertThat(folder.resolve("saved")).doesNotExist();
  }

  private Path recipe(String rules) throws IOException {
    return Files.writeString(folder.resolve("recipe.json"),
        "{\"version\": 1, \"name\": \"mine\", \"rules\": [" + rules + "]}");
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }
}
