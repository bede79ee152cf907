package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.calibrate.Calibration;
import io.granular.engine.calibrate.CalibrationFile;
import io.granular.engine.calibrate.ObservedInput;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.metric.PictureMetrics;
import io.granular.engine.metric.RgbImage;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.Png;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calibrations of small pipelines and the runs that use them. */
class TorchCalibratorTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  private static Torch torch;
  private static PackTools tools;
  private static Capabilities machine;

  @TempDir
  private Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    tools = PackTools.compile();
    machine = KernelProbe.probe(torch).capabilities();
  }

  @AfterAll
  static void stop() {
    tools.close();
    torch.close();
  }

  @ParameterizedTest
  @CsvSource({"tiny-sd1", "tiny-sd2", "tiny-sdxl"})
  void aCalibratedRunStaysNearFullPrecision(String pipeline) throws IOException {
    Path model = GOLDENS.resolve(pipeline);
    CalibrationResult result = calibrate(model, null, null, false, 8);
    Calibration calibration = CalibrationFile.read(result.file());
    assertThat(calibration.provenance().samples()).isEqualTo(8);
    assertThat(calibration.provenance().timesteps()).hasSize(8)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(result.stateBytes()).isPositive();

    Path recipe = folder.resolve("static.json");
    Files.writeString(recipe, recipe("mse"));
    RunResult exact = run(model, "fp32", null);
    RunResult integers = run(model, recipe.toString(), result.file());
    assertThat(integers.kernels()).containsKey(
        machine.wideInt8() ? "onednn-int8-static" : "onednn-int8-static-7bit");
    assertThat(integers.simulatedModules()).isEmpty();
    double psnr = PictureMetrics.compare(Png.read(exact.image()), Png.read(integers.image()))
        .psnr();
    assertThat(psnr).isBetween(20.0, 70.0);
  }

  @Test
  void staticRunsWithoutARangeSaySo() throws IOException {
    Path recipe = folder.resolve("static.json");
    Files.writeString(recipe, recipe("mse"));
    assertThatThrownBy(() -> run(GOLDENS.resolve("tiny-sd1"), recipe.toString(), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no calibration was given")
        .hasMessageContaining("more");
    Path other = calibrate(GOLDENS.resolve("tiny-sd1"), null, null, false, 1).file();
    assertThatThrownBy(() -> run(GOLDENS.resolve("tiny-sdxl"), recipe.toString(), other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not know");
  }

  @Test
  void calibratesTheSameAgain() {
    Path model = GOLDENS.resolve("tiny-sd1");
    Map<String, ValueRange> first = extents(calibrate(model, null, null, false, 4).file());
    assertThat(extents(calibrate(model, null, null, false, 4).file())).isEqualTo(first);
    assertThat(first.keySet()).anyMatch(m -> m.startsWith("vae.decoder."))
        .anyMatch(m -> m.startsWith("text_encoder."))
        .noneMatch(m -> m.startsWith("vae.encoder."));
  }

  @Test
  void startTokenChangesKeysAndValuesOfCrossAttentionOnly() {
    Path model = GOLDENS.resolve("tiny-sd1");
    Map<String, Long> with = counted(calibrate(model, null, null, false, 2).file());
    Map<String, Long> without = counted(calibrate(model, null, null, true, 2).file());
    List<String> changed =
        with.keySet().stream().filter(m -> !with.get(m).equals(without.get(m))).toList();
    assertThat(changed).isNotEmpty().allSatisfy(m -> {
      assertThat(m).matches("unet\\..*\\.attn2\\.to_[kv]");
      assertThat(without.get(m)).isEqualTo(with.get(m) / 77 * 76);
    });
  }

  @Test
  void imagesWithCaptionsCanBeTheSource() throws IOException {
    Random random = new Random(1);
    byte[] rgb = new byte[40 * 30 * 3];
    random.nextBytes(rgb);
    Png.write(folder.resolve("b.png"), new RgbImage(40, 30, rgb));
    Png.write(folder.resolve("a.png"), new RgbImage(30, 40, rgb));
    Files.writeString(folder.resolve("a.txt"), "a red apple\n");
    Path model = GOLDENS.resolve("tiny-sd1");
    Calibration calibration =
        CalibrationFile.read(calibrate(model, null, folder, false, 20).file());
    assertThat(calibration.provenance().samples()).isEqualTo(32);
    assertThat(calibration.provenance().source()).isEqualTo(folder.toString());
    ObservedInput convIn = calibration.inputs()
        .stream()
        .filter(i -> i.modules().contains("unet.conv_in"))
        .findFirst()
        .orElseThrow();
    assertThat(convIn.steps()).hasSize(16);
    assertThat(convIn.steps().getFirst().timestep()).isGreaterThan(900);
  }

  @Test
  void namesWhatIsNoPicture() throws IOException {
    Path model = GOLDENS.resolve("tiny-sd1");
    assertThatThrownBy(() -> calibrate(model, null, folder, false, 1))
        .hasMessageContaining("has no pictures");
    Files.writeString(folder.resolve("x.png"), "text");
    assertThatThrownBy(() -> calibrate(model, null, folder, false, 1))
        .hasMessageContaining("x.png is not a picture");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void reportsProgressAndStopsWhenAsked(int after) {
    List<RunProgress> heard = new ArrayList<>();
    CalibrationRequest request = request(GOLDENS.resolve("tiny-sd1"), null, null, false, 8);
    Path output = folder.resolve("never.json");
    assertThatThrownBy(() -> calibrator().calibrate(
        new Calibrator.Job(request, "", "", output), heard::add,
        () -> !heard.isEmpty() && heard.getLast().stage() == Stage.CALIBRATING
            && heard.getLast().step() >= after))
        .isInstanceOf(CancellationException.class);
    assertThat(heard.getLast().step()).isEqualTo(after);
    assertThat(heard.getLast().steps()).isEqualTo(8);
    assertThat(output).doesNotExist();
  }

  private static TorchCalibrator calibrator() {
    return new TorchCalibrator(torch, tools, machine);
  }

  private CalibrationResult calibrate(Path model, @Nullable Path prompts, @Nullable Path images,
      boolean excludeStartToken, int samples) {
    return calibrator().calibrate(
        new Calibrator.Job(request(model, prompts, images, excludeStartToken, samples), "model",
            "source", folder.resolve("calibration.json")),
        progress -> {}, () -> false);
  }

  private static CalibrationRequest request(Path model, @Nullable Path prompts,
      @Nullable Path images, boolean excludeStartToken, int samples) {
    return new CalibrationRequest(model.toString(), null, prompts, images, samples, 5,
        excludeStartToken, 5.0, 128, 128, 2);
  }

  private RunResult run(Path model, String recipe, @Nullable Path calibration) {
    RunRequest request = new RunRequest(model.toString(), null, recipe, false,
        "a red apple on a blue background", "", 7, 6, 5.0, 128, 128,
        new SamplerChoice("ddim", null, null, null, null), 2, null, null, false,
        folder.resolve(calibration == null ? "exact" : "static"), calibration);
    return new TorchSideRunner(torch, tools, machine).run(request, progress -> {}, () -> false);
  }

  private static Map<String, ValueRange> extents(Path file) {
    Map<String, ValueRange> extents = new HashMap<>();
    for (ObservedInput input : CalibrationFile.read(file).inputs()) {
      input.modules().forEach(m -> extents.put(m, Objects.requireNonNull(input.extent())));
    }
    return extents;
  }

  /** How many numbers each layer was seen to take. */
  private static Map<String, Long> counted(Path file) {
    Map<String, Long> counts = new HashMap<>();
    for (ObservedInput input : CalibrationFile.read(file).inputs()) {
      long total = Arrays.stream(input.around().counts()).sum();
      input.modules().forEach(m -> counts.put(m, total));
    }
    return counts;
  }

  /** Everything that text-to-image runs, text encoders and autoencoder too. */
  private static String recipe(String observer) {
    return """
        {"version": 1, "name": "static", "rules": [
          {"match": "**.*norm*", "keep": "fp32"},
          {"match": "unet.{conv_in,conv_out}", "keep": "fp32"},
          {"match": "**", "weights": {"bits": 8}, "activations":
            {"bits": 8, "range": "static", "mapping": "asymmetric", "observer": "%s"}}]}
        """.formatted(observer);
  }
}
