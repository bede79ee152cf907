package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granular.engine.cli.CliHarness.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a worker that only pretends to train. */
@Timeout(120)
class TrainCommandTest {
  @TempDir
  Path folder;
  private CliHarness cli;

  @BeforeEach
  void open() {
    cli = new CliHarness(folder);
  }

  @Test
  void printsOneDocumentAndTellsLossesMeanwhile() {
    Result result = cli.run("train", "demo", "--recipe", "fp32", "--steps", "4", "--to",
        folder.resolve("trained").toString(), "--json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = result.json();
    assertThat(json.at("/steps").asInt()).isEqualTo(4);
    assertThat(json.at("/best").asDouble()).isEqualTo(0.125);
    assertThat(json.at("/curve/0/loss").isNull()).as("JSON has no NaN").isTrue();
    assertThat(result.err()).contains("step 2: loss 0.25000, held out 0.25000 (50.0 % of before)");
  }

  @Test
  void explainsItselfToPeople() {
    Result result =
        cli.run("train", "demo", "--recipe", "fp32", "--to", folder.resolve("trained").toString());

    assertThat(result.out()).contains("2 modules, 1,000 parameters",
        "0.500000 before, 0.166667 after step 3");
  }

  @Test
  void whatMakesNoSenseIsWrongUsage() {
    String to = folder.resolve("trained").toString();
    cli.run("train", "demo", "--recipe", "fp32").isWrongUsage("--to");
    cli.run("train", "demo", "--recipe", "w9", "--to", to).isWrongUsage("w9");
    cli.run("train", "demo", "--recipe", "fp32", "--to", to, "--minutes", "1", "--steps", "2")
        .isWrongUsage("give one of them");
    cli.run("train", "demo", "--recipe", "fp32", "--to", to, "--lr", "0").isWrongUsage("--lr");
    cli.run("train", "demo", "--recipe", "fp32", "--to", to, "--batch", "0")
        .isWrongUsage("--batch");
    cli.run("train", "demo", "--recipe", "fp32", "--to", to, "--prompts", "none.txt")
        .isWrongUsage("none.txt");
  }
}
