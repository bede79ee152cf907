package io.granular.engine.save;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TorchScript archives: the picture that libtorch alone generates from them against the engine's. */
class TorchScriptFormatTest {
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
  @CsvSource({"tiny-sd1,fp32,55", "tiny-sd2,fp32,55", "tiny-sdxl,fp32,55", "tiny-sd1,fp16,55",
      "tiny-sd1,bf16,25", "tiny-sd1,w8,30", "tiny-sd1,w4-g32,30", "tiny-sd1,w3-g32,30",
      "tiny-sd1,w8a8-dynamic,25", "tiny-sd1,w4a8,25", "tiny-sd1,gguf-q5_1,30"})
  void thePictureIsTheEngines(String pipeline, String recipe, double decibels) {
    Path saved = folder.resolve("saved");
    SaveResult result = engine.save(SavingHarness.GOLDENS.resolve(pipeline), recipe, saved,
        SaveFormat.TORCHSCRIPT);

    assertThat(result.check().psnr() == null || result.check().psnr() > decibels)
        .as(result.check().text())
        .isTrue();
    assertThat(saved.resolve("unet/model.pt")).exists();
    assertThat(result.bytes()).isLessThan(result.estimatedBytes() * 2);
    assertThat(result.files()).filteredOn(file -> file.toString().endsWith(".pt"))
        .hasSize(pipeline.equals("tiny-sdxl") ? 5 : 4);
  }
}
