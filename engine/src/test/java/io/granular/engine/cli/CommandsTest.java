package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.granular.engine.cli.CliHarness.Result;
import io.granular.engine.store.Png;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CommandsTest {
  private static final Path PICTURES = Path.of("src/test/goldens/quant/images");

  @TempDir
  private Path folder;
  private CliHarness cli;

  @BeforeEach
  void open() {
    cli = new CliHarness(folder);
  }

  @Test
  void infoDescribesAModel() {
    JsonNode json = cli.run("info", "demo", "--json").json();
    assertThat(json.at("/networks/0/modules/0/name").asText()).isEqualTo("unet.conv_in");
    assertThat(json.at("/defaults/sample_prompts")).hasSize(2);
    assertThat(cli.run("info", "demo").out()).contains("SD 1.x", "unet.conv_in  Conv2d",
        "[96, 4, 3, 3]");
  }

  @Test
  void planNamesDecisionsAndKernels() {
    JsonNode json = cli.run("plan", "demo", "--recipe", "bf16", "--json").json();
    assertThat(json.at("/modules/0/bytes_after").asInt()).isEqualTo(14208);
    assertThat(json.get("estimated_peak_rss").asLong()).isEqualTo(50_014_208);
    assertThat(json.at("/kernels/onednn-fp32").asInt()).isEqualTo(1);
    assertThat(cli.run("plan", "demo", "--precision", "bf16").out()).contains("(estimated)");
  }

  @Test
  void calibrateWritesWhatItFound() {
    Path out = folder.resolve("new/ranges.json");
    String model = "src/test/goldens/tiny-sd1";
    JsonNode json = cli.run("calibrate", model, "--samples", "16", "--observer",
        "moving-average", "--to", out.toString(), "--json").json();
    assertThat(json.get("file").asText()).isEqualTo(out.toString());
    assertThat(json.get("observer").asText()).isEqualTo("moving_average");
    assertThat(json.get("seconds").asDouble()).isEqualTo(1);
    assertThat(json.at("/provenance/model_digest").asText()).hasSize(64);
    assertThat(out).exists();
    assertThat(cli.run("calibrate", model, "--samples", "16").out()).contains("made before");
    cli.run("calibrate", model, "--observer", "median").isWrongUsage("there is no 'median'");
    cli.run("calibrate", model, "--prompts", "gone.txt").isWrongUsage("no file gone.txt");
    cli.run("calibrate", model, "--prompts", out.toString(), "--images", folder.toString())
        .isWrongUsage("give one of them");
  }

  @Test
  void generateWritesThePictureAndItsMeasures() {
    Path out = folder.resolve("new/picture.png");
    JsonNode json = cli.run("generate", "demo", "--precision", "bf16", "--seed", "7", "--size",
        "24x16", "--out", out.toString(), "--json").json();
    assertThat(json.get("image").asText()).isEqualTo(out.toString());
    assertThat(json.get("recipe").asText()).isEqualTo("bf16");
    assertThat(json.at("/settings/threads").asInt()).isEqualTo(1);
    assertThat(json.at("/seconds/total").asDouble()).isEqualTo(2);
    assertThat(Png.read(out).width()).isEqualTo(24);
    assertThat(folder.resolve("cache/scratch")).isEmptyDirectory();
  }

  @Test
  void generateKeepsATraceIfAsked() {
    Path trace = folder.resolve("trace");
    Result result = cli.run("generate", "demo", "--out", folder.resolve("x.png").toString(),
        "--trace", trace.toString());
    assertThat(result.exitCode()).isZero();
    assertThat(trace.resolve("latents.safetensors")).exists();
    assertThat(result.out()).contains("seed 42", "(measured)");
  }

  @Test
  void aFailedGenerationSaysWhyAndWhatToDo() {
    Path out = folder.resolve("x.png");
    Result result =
        cli.run("generate", "demo", "--prompt", "crash now", "--out", out.toString(), "--json");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("crashed (SIGABRT)", "report it", "about to crash");
    assertThat(out).doesNotExist();
  }

  @Test
  void diffEqualsTheReferenceMetrics() {
    Path heatmap = folder.resolve("flip.png");
    JsonNode json = cli.run("diff", PICTURES.resolve("reference.png").toString(),
        PICTURES.resolve("noise.png").toString(), "--json", "--heatmap", heatmap.toString())
        .json();
    assertThat(json.get("psnr").asDouble()).isCloseTo(29.46483140009058, within(1e-4));
    assertThat(json.get("ssim").asDouble()).isCloseTo(0.7197972611470713, within(1e-4));
    assertThat(json.get("flip").asDouble()).isCloseTo(0.08737991005182266, within(1e-3));
    assertThat(Png.read(heatmap).width()).isEqualTo(192);
  }

  @Test
  void identicalPicturesHaveNoPsnr() {
    String same = PICTURES.resolve("reference.png").toString();
    JsonNode json = cli.run("diff", same, same, "--json").json();
    assertThat(json.get("psnr").isNull()).isTrue();
    assertThat(json.get("identical").asBoolean()).isTrue();
    assertThat(cli.run("diff", same, same).out()).contains("identical");
  }

  @Test
  void picturesOfDifferentSizesCannotBeCompared() {
    Path other = folder.resolve("small.png");
    cli.run("generate", "demo", "--out", other.toString());
    Result result = cli.run("diff", PICTURES.resolve("reference.png").toString(),
        other.toString(), "--json");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("192x160", "32x32");
  }

  @Test
  void tensorsAndBenchReportWhatTheWorkerMeasured() throws Exception {
    Path in = Files.createFile(folder.resolve("in.safetensors"));
    JsonNode tensors = cli.run("tensors", "demo", "unet", "--inputs", in.toString(), "--to",
        folder.resolve("out.safetensors").toString(), "--json").json();
    assertThat(tensors.at("/tensors/sample/3").asInt()).isEqualTo(8);

    JsonNode bench = cli.run("bench", "--shape", "demo", "--recipe", "fp32,bf16", "--json").json();
    assertThat(bench.at("/timings/0/median").asDouble()).isEqualTo(2.2);
    assertThat(bench.at("/timings/0/speed").asDouble()).isEqualTo(1);
    assertThat(bench.at("/timings/1/speed").asDouble()).isEqualTo(2);

    String[] layers = {"bench", "--layers", "--shape", "demo", "--recipe", "fp32,bf16"};
    assertThat(cli.run(layers).out()).contains("conv 3x3 4 > 32", "2x4x8x8", "2.00x",
        "kernel-bf16");
  }

  @Test
  void quantizeTensorsWritesIntegersScalesAndWhatTheyStandFor() {
    Path in = Path.of("src/test/goldens/quant/gguf_blocks.safetensors");
    Path out = folder.resolve("q.safetensors");
    JsonNode json = cli.run("quantize-tensors", in.toString(), "--weights",
        "{\"bits\":4,\"granularity\":\"per_group\",\"group\":32}", "--to", out.toString(),
        "--json").json();
    assertThat(json.at("/tensors/0/q/1").asInt()).isEqualTo(512);
    assertThat(json.at("/tensors/0/scale/1").asInt()).isEqualTo(16);
    assertThat(json.get("left").findValuesAsText("reason"))
        .contains("holds no floating-point numbers");
    assertThat(out).isNotEmptyFile();
    assertThat(cli.run("quantize-tensors", in.toString(), "--weights", "{\"type\":\"q4_0\"}",
        "--to", out.toString()).out()).contains("[8, 288]", "in the blocks", "left out");
  }

  @Test
  void quantizeTensorsNamesWhatItCannotDo() {
    Path in = Path.of("src/test/goldens/quant/affine.safetensors");
    Path out = folder.resolve("q.safetensors");
    Result result = cli.run("quantize-tensors", in.toString(), "--weights",
        "{\"type\":\"q4_0\"}", "--to", out.toString(), "--json");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("affine.safetensors: tensor activation.", "blocks of 32",
        "leave the tensor out");
    assertThat(out).doesNotExist();

    String[] command =
        {"quantize-tensors", in.toString(), "--to", out.toString(), "--weights", ""};
    command[5] = "{\"bits\":9}";
    cli.run(command)
        .isWrongUsage("--weights: \"bits\" is 9; it must be a whole number from 2 to 8");
    command[5] = "{\"bits\":8,\"granularity\":\"per_tokens\"}";
    cli.run(command).isWrongUsage("per_token");
    command[5] = "nothing.json";
    cli.run(command).isWrongUsage("neither a JSON object nor a file");
    command[5] = "{\"bits\":8";
    cli.run(command).isWrongUsage("is not JSON");
  }

  @Test
  void simulationReachesPlanAndRun() {
    JsonNode plan = cli.run("plan", "demo", "--precision", "bf16", "--simulate", "--json").json();
    assertThat(plan.get("recipe").asText()).contains("simulated");
    JsonNode run = cli.run("generate", "demo", "--simulate", "--out",
        folder.resolve("x.png").toString(), "--json").json();
    assertThat(run.at("/settings/simulate").asBoolean()).isTrue();
  }

  @Test
  void completionIsAScriptThatBashAccepts() throws Exception {
    Result result = cli.run("completion", "bash");
    assertThat(result.exitCode()).isZero();
    assertThat(cli.run("completion", "zsh").out()).contains("bashcompinit");
    Path script = Files.writeString(folder.resolve("complete.sh"), result.out());
    Process bash = new ProcessBuilder("bash", "-c",
        "source '" + script + "'; COMP_WORDS=(granular gen); COMP_CWORD=1; "
            + "_complete_granular; echo \"${COMPREPLY[@]}\"")
        .redirectErrorStream(true)
        .start();
    String completed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(completed.strip()).isEqualTo("generate");
  }
}
