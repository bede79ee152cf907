package io.granular.engine.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.RunResult;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SavedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Granular's own format: what is opened is what was saved, bit for bit. */
class GranularFormatTest {
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

  static Stream<String> builtIn() {
    return BuiltInRecipes.ids()
        .stream()
        .filter(id -> !id.equals("w8a8-static") && !id.equals("onnx-int8"));
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void everyBuiltInRecipeComesBackBitForBit(String recipe) throws IOException {
    Path saved = folder.resolve("saved");
    SaveResult result = engine.save(SavingHarness.SD1, recipe, saved, SaveFormat.SAFETENSORS);

    assertThat(result.check().identical()).isTrue();
    assertThat(result.check().psnr()).isNull();
    assertThat(result.bytes()).isCloseTo(result.estimatedBytes(), Percentage.withPercentage(40));
    assertThat(saved.resolve("recipe.json")).exists();
  }

  /** The same without the product's own check. */
  @ParameterizedTest
  @ValueSource(strings = {"w8a8-dynamic", "w4-g32", "gguf-q5_1"})
  void aSavedModelGeneratesTheSamePicture(String recipe) throws IOException {
    RunResult before = engine.generate(SavingHarness.SD1, recipe, folder.resolve("before"));
    Path saved = folder.resolve("saved");
    engine.save(SavingHarness.SD1, recipe, saved, SaveFormat.SAFETENSORS);
    RunResult after = engine.generate(saved, "stored", folder.resolve("after"));

    assertThat(SavingHarness.latents(after)).isEqualTo(SavingHarness.latents(before));
    assertThat(after.kernels()).isEqualTo(before.kernels());
    assertThat(after.bytes()).isEqualTo(before.bytes());
    assertThat(after.notes()).noneMatch(note -> note.contains("from the stored"));
  }

  @Test
  void treatedWeightsComeBackWithoutStatistics() throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.json"), """
        {"version": 1, "name": "all of it", "rules": [
          {"match": "unet.{conv_in,conv_out,time_embedding.**}", "keep": "bf16"},
          {"match": "unet.**.*norm*", "keep": "bf16"},
          {"match": "unet.**", "weights": {"bits": 3, "mapping": "asymmetric"}, "treatments": {
             "split": true, "smooth": 0.3, "rotate": true, "low_rank": 4, "clip": "mse",
             "gptq": true, "bias_correction": true}},
          {"match": "**", "keep": "bf16"}]}
        """);
    Path saved = folder.resolve("saved");
    SaveResult result =
        engine.save(SavingHarness.SD1, recipe.toString(), saved, SaveFormat.SAFETENSORS);
    assertThat(result.check().identical()).isTrue();

    engine.generate(saved, "stored", folder.resolve("after"));
    assertThat(engine.progress).noneMatch(step -> step.stage() == Stage.CALIBRATING);
  }

  @Test
  void staticRangesAreSavedWithTheModel() throws IOException {
    Path ranges = engine.calibrate(SavingHarness.SD1, folder.resolve("ranges.json"));
    Path saved = folder.resolve("saved");
    SaveResult result = engine.save(new SaveRequest(SavingHarness.SD1.toString(), null,
        "w8a8-static", saved, SaveFormat.SAFETENSORS, SaveOptions.USUAL, false, ranges, 2));

    assertThat(result.check().identical()).isTrue();
    try (ModelSource model = ModelSources.open(saved.toString(), null)) {
      SavedModel header = model.saved().orElseThrow();
      assertThat(header.ranges()).isNotEmpty();
      assertThat(header.calibrationDigest()).hasSize(64);
      assertThat(header.sourceDigest()).hasSize(64);
      assertThat(header.version()).isEqualTo("0.0-test");
    }
  }

  @Test
  void anotherRecipeStartsFromTheDequantizedWeightsAndSaysSo() throws IOException {
    Path saved = folder.resolve("saved");
    engine.save(SavingHarness.SD1, "w8", saved, SaveFormat.SAFETENSORS);
    RunResult other = engine.generate(saved, "w4-g32", folder.resolve("other"));
    RunResult exact = engine.generate(saved, "fp32", folder.resolve("exact"));

    assertThat(other.notes())
        .anyMatch(note -> note.contains("quantized again from the stored int8"));
    assertThat(exact.notes()).anyMatch(note -> note.contains("dequantized from the stored int8"));
  }

  @Test
  void savingAgainGivesTheSameFiles() throws IOException {
    Path once = folder.resolve("once");
    Path twice = folder.resolve("twice");
    engine.save(SavingHarness.SDXL, "w4-g32", once, SaveFormat.SAFETENSORS);
    engine.save(once, "stored", twice, SaveFormat.SAFETENSORS);
    Path unet = Path.of("unet/diffusion_pytorch_model.granular.safetensors");

    try (SafetensorsFile a = SafetensorsFile.open(once.resolve(unet));
        SafetensorsFile b = SafetensorsFile.open(twice.resolve(unet))) {
      assertThat(b.names()).isEqualTo(a.names());
      for (String name : a.names()) {
        assertThat(b.data(name).mismatch(a.data(name))).as(name).isEqualTo(-1);
      }
    }
  }

  @Test
  void damagedFilesNameTheTensor() throws IOException {
    Path saved = folder.resolve("saved");
    engine.save(SavingHarness.SD1, "w4-g32", saved, SaveFormat.SAFETENSORS);
    Path unet = saved.resolve("unet/diffusion_pytorch_model.granular.safetensors");
    byte[] bytes = Files.readAllBytes(unet);
    String header = new String(bytes, 0, 400_000, StandardCharsets.ISO_8859_1);

    for (List<String> change : List.of(
        List.of("attn1.to_q.weight.codes0", "attn1.to_q.weight.kodes0", "attn1.to_q.weight.codes0"),
        List.of("\\\"bits\\\":4", "\\\"bits\\\":8", "codes0"),
        List.of("\\\"bits\\\":4", "\\\"bits\\\":9", "has bits 9"),
        List.of("\"granular.format\":\"1\"", "\"granular.format\":\"7\"", "version 7"),
        List.of("\\\"group\\\":32", "\\\"group\\\":00", "JSON"))) {
      assertThat(header).contains(change.get(0));
      String broken = header.replaceFirst(Pattern.quote(change.get(0)),
          Matcher.quoteReplacement(change.get(1)));
      byte[] damaged = bytes.clone();
      System.arraycopy(broken.getBytes(StandardCharsets.ISO_8859_1), 0, damaged, 0,
          400_000);
      Files.write(unet, damaged);
      assertThatThrownBy(() -> ModelSources.open(saved.toString(), null).close())
          .isInstanceOf(BadModelException.class)
          .hasMessageContaining(unet.getFileName().toString())
          .hasMessageContaining(change.get(2));
    }
  }
}
