package io.granular.engine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.plan.Audit;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.run.SamplerChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonReportTest {
  private static final Path PICTURES = Path.of("src/test/goldens/quant/images");
  private static final String RECIPE = "{\"name\": \"<b>\"}";

  @TempDir
  private Path folder;
  private Path first;
  private Path second;

  @BeforeEach
  void copyPictures() throws Exception {
    first = Files.copy(PICTURES.resolve("reference.png"), folder.resolve("a.png"));
    second = Files.copy(PICTURES.resolve("noise.png"), folder.resolve("b.png"));
  }

  @Test
  void jsonHasWhatWasMeasuredPerSide() throws Exception {
    JsonNode json = written();
    JsonNode reference = json.at("/sides/0");
    JsonNode side = json.at("/sides/1");

    assertThat(reference.get("mse").isNull()).isTrue();
    assertThat(side.get("name").asText()).isEqualTo("W8A8, \"dynamic\"");
    assertThat(side.get("image").asText()).isEqualTo("b.png");
    assertThat(side.get("psnr").asDouble()).isCloseTo(29.4648314, within(1e-4));
    assertThat(side.get("ssim").asDouble()).isCloseTo(0.7197972, within(1e-4));
    assertThat(side.get("flip").asDouble()).isCloseTo(0.0873799, within(1e-3));
    assertThat(side.get("identical").asBoolean()).isFalse();
    assertThat(side.at("/seconds/steps")).hasSize(2);
    assertThat(side.at("/bytes/total").asLong()).isEqualTo(1010);
    assertThat(side.get("peak_rss_bytes").asLong()).isEqualTo(2);
    assertThat(side.get("baseline_rss_bytes").asLong()).isEqualTo(1);
    assertThat(side.at("/kernels/onednn-int8-dynamic").asInt()).isEqualTo(7);
    assertThat(side.at("/simulated_modules/0").asText()).isEqualTo("unet.conv_in");
    assertThat(side.at("/audit/tensors").asInt()).isEqualTo(9);
    assertThat(side.at("/audit/mismatches/0/tensor").asText()).isEqualTo("unet.<x>.weight");
    assertThat(side.at("/audit/mismatches/0/actual").asText()).isEqualTo("8");
    assertThat(json.at("/sides/2/error/message").asText()).isEqualTo("It <crashed>.");
  }

  @Test
  void identicalPicturesHaveNoPsnrAndSaySo() {
    Difference same = Difference.measure(first, first, folder);
    JsonNode side = JsonReport.side(side("same", first, same), null);
    assertThat(side.get("psnr").isNull()).isTrue();
    assertThat(side.get("identical").asBoolean()).isTrue();
    assertThat(side.get("image").asText()).isEqualTo(first.toAbsolutePath().toString());
  }

  @Test
  void csvHasOneLinePerSide() throws Exception {
    written();
    List<String> lines = Files.readAllLines(folder.resolve("metrics.csv"));
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).startsWith("name,recipe,image,seconds_load").endsWith(",error");
    assertThat(lines.get(2)).startsWith("\"W8A8, \"\"dynamic\"\"\",w8a8-dynamic,b.png,0.5,");
    assertThat(lines.get(3)).endsWith("It <crashed>.");
    assertThat(lines).allSatisfy(
        line -> assertThat(line.replaceAll("\"([^\"]|\"\")*\"", "").split(",", -1)).hasSize(23));
  }

  @Test
  void thePageNeedsNoOtherFileAndEscapesWhatItShows() throws Exception {
    written();
    String page = Files.readString(folder.resolve("report.html"));
    assertThat(page).contains("a &lt;red&gt; heart", "29.46 dB", "data:image/png;base64,",
        "{&quot;name&quot;: &quot;&lt;b&gt;&quot;}", "estimated", "onednn-int8-dynamic: 7",
        "It &lt;crashed&gt;.", "granular compare demo",
        "unet.&lt;x&gt;.weight: bytes planned 4, found 8");
    assertThat(page).doesNotContain("src=\"http", "href=", "<red>", "<crashed>");
  }

  private JsonNode written() throws Exception {
    Difference difference = Difference.measure(first, second, folder);
    new ComparisonReport("0.1.0", "Test processor, 2 threads", "granular compare demo",
        request("fp32"),
        List.of(side("FP32", first, null), side("W8A8, \"dynamic\"", second, difference),
            new SideReport.Failed("broken", "broken", RECIPE, "It <crashed>.", "Repair it.",
                "log")))
        .write(folder);
    return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
  }

  private static SideReport side(String name, Path image, Difference difference) {
    RunResult result = new RunResult(request("w8a8-dynamic"), image, List.of(), image,
        new RunResult.Seconds(0.5, 0.1, 0.01, List.of(0.25, 0.5), 0.2, 2),
        new RunResult.Bytes(1000, 10, 1010), new RunResult.Memory(1, 2, 3, 4, 5, 6),
        Map.of("onednn-int8-dynamic", 7), List.of("unet.conv_in"),
        new Audit(9, 2, List.of(new Audit.Mismatch("unet.<x>.weight", "bytes", "4", "8"))),
        List.of("a note"));
    return new SideReport.Finished(name, "w8a8-dynamic", RECIPE, result, difference);
  }

  private static RunRequest request(String recipe) {
    return new RunRequest("demo", null, recipe, "a <red> heart", "", 42, 2, 3.0, 192, 160,
        SamplerChoice.MODEL_DEFAULT, 1, null, null, false, Path.of("out"));
  }
}
