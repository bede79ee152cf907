package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.cli.CliHarness.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CompareCommandTest {
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
  void jsonHasEverySideWithItsMeasures() {
    Result result = compare("fp32", "w8a8-dynamic");
    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = result.json();
    assertThat(json.get("prompt").asText()).isEqualTo("blue heart");
    assertThat(json.at("/sides/0/name").asText()).isEqualTo("fp32");
    JsonNode side = json.at("/sides/1");
    assertThat(side.get("name").asText()).isEqualTo("w8a8-dynamic");
    assertThat(Path.of(side.get("image").asText())).isAbsolute().exists();
    assertThat(side.at("/seconds/load").asDouble()).isEqualTo(0.5);
    assertThat(side.at("/seconds/quantize").asDouble()).isEqualTo(0.1);
    assertThat(side.at("/seconds/total").asDouble()).isEqualTo(2);
    assertThat(side.at("/seconds/steps")).hasSize(4);
    assertThat(side.at("/bytes/weights").asLong()).isEqualTo(1_000_000);
    assertThat(side.at("/bytes/scales").asLong()).isEqualTo(10_000);
    assertThat(side.at("/bytes/total").asLong()).isEqualTo(1_010_000);
    assertThat(side.get("peak_rss_bytes").asLong()).isEqualTo(61_000_000);
    assertThat(side.get("baseline_rss_bytes").asLong()).isEqualTo(50_000_000);
    assertThat(side.at("/kernels/onednn-int8-dynamic").asInt()).isEqualTo(12);
    assertThat(side.at("/simulated_modules/0").asText()).isEqualTo("unet.conv_in");
    assertThat(side.get("mse").asDouble()).isPositive();
    assertThat(side.get("psnr").asDouble()).isBetween(30.0, 50.0);
    assertThat(side.get("ssim").asDouble()).isBetween(0.5, 1.0);
    assertThat(side.get("flip").asDouble()).isBetween(0.0, 0.5);
  }

  @Test
  void theFolderHasTheReports() throws Exception {
    compare("fp32", "fp32");
    assertThat(out.resolve("report.html")).content()
        .contains("granular compare demo --json", "--side fp32 --side fp32");
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    assertThat(report.at("/sides/1/name").asText()).isEqualTo("fp32 2");
    assertThat(report.at("/sides/1/image").asText()).isEqualTo("2-fp32-2/image.png");
    assertThat(report.at("/sides/1/identical").asBoolean()).isTrue();
    assertThat(report.at("/sides/1/psnr").isNull()).isTrue();
    assertThat(Files.readAllLines(out.resolve("metrics.csv"))).hasSize(3);
  }

  @Test
  void aSideThatFailsLeavesTheOthersTheirResults() {
    Result result = compare("fp32", "broken", "bf16");
    assertThat(result.exitCode()).isEqualTo(1);
    JsonNode json = result.json();
    assertThat(json.at("/sides/1/error/message").asText())
        .isEqualTo("This recipe is broken. Take another.");
    assertThat(json.at("/sides/1/image").isMissingNode()).isTrue();
    assertThat(json.at("/sides/2/psnr").isNumber()).isTrue();
    assertThat(result.err()).contains("side broken", "Take another");
    assertThat(out.resolve("report.html")).content().contains("This recipe is broken");
  }

  @Test
  void aReferenceThatFailsLeavesNothingToCompareWith() {
    JsonNode json = compare("broken", "bf16").json();
    assertThat(json.at("/sides/1/image").isTextual()).isTrue();
    assertThat(json.at("/sides/1/psnr").isNull()).isTrue();
    assertThat(json.at("/sides/1/identical").isNull()).isTrue();
  }

  @Test
  void aMissingRecipeIsRefusedBeforeTheFirstSideRuns() {
    compare("fp32", "no-such").isWrongUsage("There is no recipe 'no-such'");
    assertThat(out).doesNotExist();
  }

  private Result compare(String... sides) {
    List<String> args = new ArrayList<>(List.of("compare", "demo", "--json", "--out"));
    args.add(out.toString());
    for (String side : sides) {
      args.addAll(List.of("--side", side));
    }
    return cli.run(args.toArray(String[]::new));
  }
}
