package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.cli.CliHarness.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  @TempDir
  private Path folder;
  private CliHarness cli;

  @BeforeEach
  void open() {
    cli = new CliHarness(folder);
  }

  @Test
  void helpListsTheCommandsOnStandardOutput() {
    Result result = cli.run("--help");
    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("info", "plan", "generate", "compare", "diff", "tensors",
        "bench", "completion", "Exit codes: 0 ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"info", "plan", "generate", "compare", "quality", "diff", "tensors",
      "quantize-tensors", "bench", "completion"})
  void everyCommandHelpsWithExamplesAndKnowsItsVersion(String command) {
    Result help = cli.run(command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Usage: granular " + command, "Examples:",
        "granular " + command + " ");
    Result version = cli.run(command, "--version");
    assertThat(version.exitCode()).isZero();
    assertThat(version.out()).matches("Granular \\d+\\.\\d+\\.\\d+\\R");
  }

  @Test
  void theNearestCommandAndOptionAreSuggested() {
    cli.run("comparr").isWrongUsage("granular compare");
    cli.run("generate", "demo", "--sead", "7", "--out", "x.png").isWrongUsage("--seed");
    cli.run("compare", "demo", "--sid", "fp32").isWrongUsage("--side");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --sampler euler2          | choose one of ddim, pndm, euler, euler-a, heun, dpmpp-2m
      --spacing middle          | choose one of leading, trailing, linspace
      --sigmas kerras           | karras
      --prediction x0           | epsilon, v
      --size 512                | write width x height
      --size 100x128            | multiple of 8
      --size 8x8                | from 16 to 8192
      --steps 0                 | --steps is 0; it goes from 1 to 1000
      --steps many              | --steps
      --guidance -1             | 0 to 1000
      --threads -1              | 0 to 1024
      --latents none.safetensors:key | there is no file 'none.safetensors'
      --config no/such/folder   | is not a folder
      --recipe no-such          | There is no recipe 'no-such'
      --precision int4          | choose one of fp32, bf16, fp16
      --recipe fp32 --precision fp32 | give one of them
      --prompt=                 | --prompt is empty
      """)
  void whatCannotBeMeantIsRefusedBeforeAnythingStarts(String options, String message) {
    String[] args = ("generate demo --out x.png " + options).split(" ");
    cli.run(args).isWrongUsage(message);
  }

  @Test
  void picturesArePngFiles() {
    cli.run("generate", "demo", "--out", "x.jpg").isWrongUsage("ends with .png");
  }

  @Test
  void missingArgumentsAreNamed() {
    cli.run("generate", "demo").isWrongUsage("--out");
    cli.run("compare", "demo", "--out", "x").isWrongUsage("--side");
    cli.run("info").isWrongUsage("MODEL");
    cli.run("quantize-tensors", "in.safetensors", "--to", "x").isWrongUsage("--weights");
    cli.run("bench", "--shape", "sd3").isWrongUsage("demo, sd15, sdxl");
    cli.run("tensors", "demo", "unet", "--inputs", "none", "--to", "x")
        .isWrongUsage("no file none");
  }

  @Test
  void aTensorsKeyAndAColonInAFilesNameAreToldApart() throws Exception {
    Path file = Files.createFile(folder.resolve("a:b"));
    TensorRefConverter converter = new TensorRefConverter();
    assertThat(converter.convert(file.toString()).key()).isNull();
    assertThat(converter.convert(file + ":noise").key()).isEqualTo("noise");
    assertThat(converter.convert(file + ":noise").file()).isEqualTo(file);
  }

  @Test
  void whatFailsLeavesStandardOutputEmpty() {
    Result result = cli.run("info", "no-such-model", "--json");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("granular: There is no model 'no-such-model'.");
  }
}
