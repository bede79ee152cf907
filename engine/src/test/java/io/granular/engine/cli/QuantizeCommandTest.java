package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granular.engine.cli.CliHarness.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a worker that only pretends to save. */
@Timeout(120)
class QuantizeCommandTest {
  @TempDir
  Path folder;
  private CliHarness cli;

  @BeforeEach
  void open() {
    cli = new CliHarness(folder);
  }

  @Test
  void printsOneDocument() {
    Path to = folder.resolve("saved");
    Result result =
        cli.run("quantize", "demo", "--recipe", "fp32", "--to", to.toString(), "--json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = result.json();
    assertThat(json.at("/path").asText()).isEqualTo(to.toString());
    assertThat(json.at("/format").asText()).isEqualTo("safetensors");
    assertThat(json.at("/check/identical").asBoolean()).isTrue();
    assertThat(json.at("/check/psnr").isNull()).isTrue();
  }

  @Test
  void explainsItselfToPeople() {
    Result result =
        cli.run("quantize", "demo", "--recipe", "fp32", "--to", folder.resolve("s").toString());

    assertThat(result.out()).contains("identical, bit for bit (2 steps, 64x64, seed 0)",
        "read by Granular", "1.00 kB");
  }

  @Test
  void saysBeforehandWhatAFormatCanHold() {
    Result result = cli.run("quantize", "demo", "--recipe", "fp32", "--to",
        folder.resolve("s.gguf").toString(), "--format", "gguf", "--dry-run", "--json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.json().at("/bytes").asLong()).isEqualTo(1100);
    assertThat(result.json().at("/refusals").isEmpty()).isTrue();
    assertThat(folder.resolve("s.gguf")).doesNotExist();
  }

  @Test
  void whatMakesNoSenseIsWrongUsage() {
    String to = folder.resolve("saved").toString();
    cli.run("quantize", "demo", "--recipe", "fp32").isWrongUsage("--to");
    cli.run("quantize", "demo", "--recipe", "w9", "--to", to).isWrongUsage("w9");
    cli.run("quantize", "demo", "--recipe", "fp32", "--to", to, "--format", "onyx")
        .isWrongUsage("safetensors");
    cli.run("quantize", "demo", "--recipe", "fp32", "--to", to, "--format", "gguf")
        .isWrongUsage(".gguf");
    cli.run("quantize", "demo", "--recipe", "fp32", "--to", to, "--keep-convolutions")
        .isWrongUsage("--format gguf");
    cli.run("quantize", "demo", "--recipe", "fp32", "--to", to, "--check-steps", "0")
        .isWrongUsage("--check-steps");
  }
}
