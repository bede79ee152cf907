package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granular.engine.cli.CliHarness.Result;
import java.nio.file.Path;
import java.util.stream.Stream;
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
    Result result = cli.run("train", "demo", "--recipe", "w8a8-dynamic", "--steps", "4", "--to",
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
        cli.run("train", "demo", "--recipe", "w8a8-dynamic", "--to",
            folder.resolve("trained").toString());

    assertThat(result.out()).contains("2 modules, 1,000 parameters",
        "0.500000 before, 0.166667 after step 3");
  }

  @Test
  void whatMakesNoSenseIsWrongUsage() {
    String to = folder.resolve("trained").toString();
    cli.run("train", "demo", "--recipe", "w8a8-dynamic").isWrongUsage("--to");
    cli.run("train", "demo", "--recipe", "w9", "--to", to).isWrongUsage("w9");
    cli.run("train", "demo", "--recipe", "w8a8-dynamic", "--to", to, "--minutes", "1", "--steps",
        "2")
        .isWrongUsage("give one of them");
    cli.run("train", "demo", "--recipe", "w8a8-dynamic", "--to", to, "--lr", "0")
        .isWrongUsage("--lr");
    cli.run("train", "demo", "--recipe", "w8a8-dynamic", "--to", to, "--batch", "0")
        .isWrongUsage("--batch");
    cli.run("train", "demo", "--recipe", "w8a8-dynamic", "--to", to, "--prompts", "none.txt")
        .isWrongUsage("none.txt");
  }

  @Test
  void estimatesWithoutTraining() {
    Result result = cli.run("train", "demo", "--recipe", "w8a8-dynamic", "--steps", "10", "--to",
        folder.resolve("trained").toString(), "--estimate", "--json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = result.json();
    assertThat(json.at("/steps").asInt()).isEqualTo(10);
    assertThat(json.at("/parameters").asLong()).isGreaterThan(1_000_000);
    assertThat(json.at("/peak_bytes").asLong()).isGreaterThan(100_000_000);
    assertThat(folder.resolve("trained.unfinished")).doesNotExist();
  }

  @Test
  void whatCannotBeTrainedFailsBeforeAWorkerStarts() {
    Result result = cli.run("train", "demo", "--recipe", "fp32", "--to",
        folder.resolve("trained").toString());
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("nothing to train");
  }

  @Test
  void objectivesExcludeEachOther() {
    String to = folder.resolve("trained").toString();
    String[] all = {"train", "demo", "--recipe", "w8a8-dynamic", "--to", to};
    run(all, "--data", "nowhere").isWrongUsage("nowhere");
    run(all, "--data", folder.toString(), "--features", "unet.mid_block").isWrongUsage("--data");
    run(all, "--feature-weight", "1").isWrongUsage("--features");
    run(all, "--caption-dropout", "0.1").isWrongUsage("--data");
    run(all, "--learn-scales", "--low-rank", "4").isWrongUsage("exclude each other");
    run(all, "--train-all", "--only-scales").isWrongUsage("--train-all");
    run(all, "--scale-lr", "1").isWrongUsage("--learn-scales");
    run(all, "--low-rank", "0").isWrongUsage("--low-rank");
    run(all, "--accumulate", "0").isWrongUsage("--accumulate");
    run(all, "--resume", to).isWrongUsage("--resume stands alone");
  }

  @Test
  void interruptedTrainingsAreListedAndNamed() {
    assertThat(cli.run("train", "--unfinished").out()).contains("No training was interrupted");
    Result result = cli.run("train", "--resume", folder.resolve("nothing").toString());
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("no interrupted training");
  }

  private Result run(String[] all, String... more) {
    return cli.run(Stream.of(all, more).flatMap(Stream::of).toArray(String[]::new));
  }
}
