package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.metric.Statistics;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes with treatments, from the file to the picture. */
class TreatedRunTest {
  private static final Path TINY = Path.of("src/test/goldens/tiny-sd1");
  private static Torch torch;
  private static PackTools tools;
  private static TorchSideRunner runner;

  private final List<Stage> stages = new ArrayList<>();

  @TempDir
  Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    tools = PackTools.compile();
    runner = new TorchSideRunner(torch, tools, KernelProbe.probe(torch).capabilities());
  }

  @AfterAll
  static void stop() {
    runner.close();
    tools.close();
    torch.close();
  }

  @Test
  void allTreatmentsTogetherComeNearerToFullPrecision() throws IOException {
    float[] exact = latents(run("exact", recipe("\"keep\": \"fp32\"")));
    assertThat(stages).doesNotContain(Stage.CALIBRATING);
    RunResult plain = run("plain", recipe("\"weights\": {\"bits\": 3}"));
    RunResult treated = run("treated", recipe("""
        "weights": {"bits": 3}, "treatments": {"split": true, "smooth": 0.3, "rotate": true,
        "low_rank": 4, "clip": "mse", "gptq": true, "bias_correction": true}"""));

    assertThat(stages).contains(Stage.CALIBRATING);
    assertThat(treated.kernels().keySet()).anyMatch(id -> id.contains("+split+smooth+rotate"));
    assertThat(treated.bytes().total()).isGreaterThan(plain.bytes().total());
    assertThat(Statistics.sqnr(exact, latents(treated)))
        .isGreaterThan(Statistics.sqnr(exact, latents(plain)) + 1);
  }

  @Test
  void outsideTheUNetOnlyTreatmentsWithoutStatisticsRemain() throws IOException {
    RunResult result = run("text", """
        {"version": 1, "name": "x", "rules": [
          {"match": "text_encoder.**.fc1", "weights": {"bits": 4},
           "treatments": {"rotate": true, "gptq": true}},
          {"match": "**", "keep": "fp32"}]}
        """);

    assertThat(stages).doesNotContain(Stage.CALIBRATING);
    assertThat(result.notes()).anyMatch(note -> note.contains("gptq"));
    assertThat(result.kernels().keySet()).anyMatch(id -> id.endsWith("+rotate"));
  }

  private static String recipe(String scheme) {
    return """
        {"version": 1, "name": "x", "rules": [
          {"match": "unet.{conv_in,conv_out,time_embedding.**}", "keep": "fp32"},
          {"match": "unet.**.*norm*", "keep": "fp32"},
          {"match": "unet.**", %s}, {"match": "**", "keep": "fp32"}]}
        """.formatted(scheme);
  }

  private RunResult run(String name, String recipe) throws IOException {
    stages.clear();
    Path file = Files.writeString(folder.resolve(name + ".json"), recipe);
    return runner.run(
        new RunRequest(TINY.toString(), null, file.toString(), "a cat", "", 5, 3, 2.0, null, null,
            new SamplerChoice("ddim", null, null, null, null), 2, null, null, false,
            folder.resolve(name)),
        progress -> stages.add(progress.stage()), () -> false);
  }

  private static float[] latents(RunResult result) {
    try (SafetensorsFile file = SafetensorsFile.open(result.latents())) {
      float[] all = new float[(int) file.info("latents").elements()];
      FloatReader.of(file.data("latents"), ScalarType.F32).read(0, all, all.length);
      return all;
    }
  }
}
