package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granular.engine.cli.CliHarness.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class QualityCommandTest {
  @TempDir
  private Path folder;
  private CliHarness cli;
  private Path out;

  @BeforeEach
  void open() {
    cli = new CliHarness(folder);
    out = folder.resolve("result");
  }

  @Test
  void everySideIsMeasuredOnAllPicturesAgainstTheFirst() throws IOException {
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "# three\na\nb\n\nc\n");
    Result result = cli.run("quality", "demo", "--side", "fp32", "--side", "bf16", "--side",
        "w8a8-dynamic", "--prompts", prompts.toString(), "--seeds", "1,2", "--out", out.toString(),
        "--json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = result.json();
    assertThat(json.get("prompts")).hasSize(3);
    assertThat(json.get("sides")).hasSize(2);
    JsonNode base = json.at("/sides/0");
    assertThat(base.get("name").asText()).isEqualTo("bf16");
    assertThat(base.hasNonNull("ratio")).isFalse();
    assertThat(base.get("latent_mses")).hasSize(6);
    // The worker adds a tenth of one noise of variance one.
    assertThat(base.at("/latent_mse/mean").asDouble()).isBetween(0.006, 0.014);
    assertThat(base.at("/latent_mse/samples").asInt()).isEqualTo(6);
    JsonNode other = json.at("/sides/1");
    assertThat(other.at("/ratio/mean").asDouble()).isBetween(0.5, 2.0);
    assertThat(other.at("/psnr/mean").asDouble()).isBetween(20.0, 60.0);
    assertThat(out.resolve("w8a8-dynamic/3-2/image.png")).exists();
  }

  @Test
  void ratiosAreGeometricMeansPictureByPicture() {
    Quality.Side base = Quality.Side.of("base", List.of(1.0, 10.0, 100.0),
        List.of(30.0, 20.0, 10.0), 5, null, List.of());
    Quality.Side half = Quality.Side.of("half", List.of(0.5, 5.0, 50.0),
        List.of(33.0, 23.0, 13.0), 5, base, List.of());
    assertThat(half.ratio().mean()).isEqualTo(0.5, Offset.offset(1e-12));
    assertThat(half.ratio().low()).isEqualTo(0.5, Offset.offset(1e-9));
    assertThat(half.latentMse().mean()).isEqualTo(18.5);
    Quality.Side mixed = Quality.Side.of("mixed", List.of(4.0, 2.5, 100.0),
        List.of(30.0, 20.0, 10.0), 5, base, List.of());
    assertThat(mixed.ratio().mean()).isEqualTo(1, Offset.offset(1e-12));
    assertThat(mixed.ratio().low()).isLessThan(1);
    assertThat(mixed.ratio().high()).isGreaterThan(1);
  }

  @Test
  void oneSideIsNoComparison() {
    cli.run("quality", "demo", "--side", "fp32", "--out", out.toString())
        .isWrongUsage("at least one side to compare");
  }
}
