package io.granular.engine.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.quant.FloatReader;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dequantized folders, and what all formats have in common. */
class DiffusersFormatTest {
  private static final String WEIGHT = "down_blocks.0.resnets.0.conv1.weight";

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

  @Test
  void weightsAreThoseThatTheIntegersStandFor() {
    Path saved = folder.resolve("saved");
    Path integers = folder.resolve("integers");
    SaveResult result = engine.save(SavingHarness.SD1, "w4-g32", saved, SaveFormat.DIFFUSERS);
    engine.save(SavingHarness.SD1, "w4-g32", integers, SaveFormat.SAFETENSORS);

    assertThat(result.check().psnr()).isNotNull().isGreaterThan(25);
    try (SafetensorsFile file =
        SafetensorsFile.open(saved.resolve("unet/diffusion_pytorch_model.safetensors"));
        ModelSource model = ModelSources.open(integers.toString(), null)) {
      assertThat(file.names()).allMatch(name -> file.info(name).dtype() == ScalarType.F16);
      assertThat(file.metadata()).doesNotContainKey("granular.format")
          .containsEntry("format", "pt");
      float[] halves = floats(file, WEIGHT);
      float[] exact = floats(model.component("unet").tensors(), WEIGHT);
      for (int i = 0; i < exact.length; i++) {
        assertThat(halves[i]).isEqualTo(Float.float16ToFloat(Float.floatToFloat16(exact[i])));
      }
    }
  }

  @Test
  void treatmentsAreMultipliedBackIntoTheWeights() throws IOException {
    Path recipe = recipe("""
        "weights": {"bits": 8}, "treatments": {"split": true, "smooth": 0.5, "rotate": true,
        "low_rank": 8, "clip": "mse", "gptq": true}""");
    Path saved = folder.resolve("saved");
    SaveResult result =
        engine.save(SavingHarness.SD1, recipe.toString(), saved, SaveFormat.DIFFUSERS);

    assertThat(result.check().psnr()).isNotNull().isGreaterThan(35);
    try (ModelSource source = ModelSources.open(SavingHarness.SD1.toString(), null);
        ModelSource model = ModelSources.open(saved.toString(), null)) {
      for (String name : List.of(WEIGHT, "up_blocks.1.resnets.0.conv1.weight",
          "mid_block.attentions.0.transformer_blocks.0.attn1.to_q.weight")) {
        float[] exact = floats(source.component("unet").tensors(), name);
        float[] found = floats(model.component("unet").tensors(), name);
        double error = 0;
        double power = 0;
        for (int i = 0; i < exact.length; i++) {
          error += Math.pow(found[i] - exact[i], 2);
          power += Math.pow(exact[i], 2);
        }
        assertThat(error / power).as(name).isLessThan(1e-3);
      }
    }
  }

  @Test
  void aCorrectionWithoutABiasIsRefused() throws IOException {
    Path recipe = recipe("""
        "weights": {"bits": 8}, "treatments": {"bias_correction": true}""");
    assertThatThrownBy(() -> engine.save(SavingHarness.SD1, recipe.toString(),
        folder.resolve("saved"), SaveFormat.DIFFUSERS))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("attn1.to_q")
        .hasMessageContaining("without bias_correction");
    assertThat(folder.resolve("saved")).doesNotExist();
  }

  @Test
  void singleFilesBecomeFolders() {
    Path saved = folder.resolve("saved");
    SaveResult result = engine.save(new SaveRequest(
        SavingHarness.GOLDENS.resolve("tiny-sd1-single-file.safetensors").toString(),
        SavingHarness.SD1, "w8", saved, SaveFormat.SAFETENSORS, SaveOptions.USUAL, false, null, 2));
    assertThat(result.check().identical()).isTrue();
    try (ModelSource model = ModelSources.open(saved.toString(), null);
        ModelSource source = ModelSources.open(SavingHarness.SD1.toString(), null)) {
      assertThat(model.schedulerConfig()).isEqualTo(source.schedulerConfig());
      assertThat(model.component("vae").tensors().names())
          .containsExactlyInAnyOrderElementsOf(source.component("vae").tensors().names());
    }
  }

  @Test
  void cancellingLeavesNothingBehind() {
    Path saved = folder.resolve("saved");
    int[] calls = {0};
    SaveRequest request = new SaveRequest(SavingHarness.SD1.toString(), null, "w8", saved,
        SaveFormat.SAFETENSORS, SaveOptions.USUAL, false, null, 2);
    assertThatThrownBy(() -> engine.save(request, () -> ++calls[0] > 40))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("of");
    assertThat(folder).isEmptyDirectory();
  }

  private Path recipe(String scheme) throws IOException {
    return Files.writeString(folder.resolve("r.json"), """
        {"version": 1, "name": "x", "rules": [
          {"match": "unet.{conv_in,conv_out,time_embedding.**}", "keep": "fp16"},
          {"match": "unet.**.*norm*", "keep": "fp16"},
          {"match": "unet.**", %s}, {"match": "**", "keep": "fp16"}]}
        """.formatted(scheme));
  }

  private static float[] floats(TensorSource source, String name) {
    TensorInfo info = source.info(name);
    float[] values = new float[(int) info.elements()];
    FloatReader.of(source.data(name), info.dtype()).read(0, values, values.length);
    return values;
  }
}
