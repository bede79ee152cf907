package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.cli.CliHarness.Result;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.CandidateRecipes;
import io.granular.engine.plan.Recipe;
import io.granular.engine.plan.RecipeReader;
import io.granular.engine.plan.RecipeWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AnalyzeCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONV1 = "unet.mid_block.resnets.0.conv1";
  private static final String CONV2 = "unet.mid_block.resnets.0.conv2";

  @TempDir
  Path folder;
  private CliHarness cli;

  @BeforeEach
  void open() {
    cli = new CliHarness(folder);
  }

  @Test
  void analyzePrintsAndKeepsOneDocument() throws IOException {
    Path file = folder.resolve("scores.json");

    Result result = cli.run("analyze", "demo", "--recipe", "fp32", "--seeds", "3", "--json", "--to",
        file.toString());

    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = result.json();
    assertThat(json.at("/units/0/unit").asText()).isEqualTo("unet.conv_in");
    assertThat(json.at("/units/0/sensitivity/error/mean").asDouble()).isEqualTo(0.25);
    assertThat(json.at("/units/0/sensitivity/error/samples").asInt()).isEqualTo(3);
    assertThat(json.at("/units/0/blame").isNull()).isTrue();
    assertThat(json.at("/sqnr/0/decibel/0").asDouble()).isEqualTo(20.5);
    assertThat(json.at("/sqnr/0/decibel/1").isNull()).as("JSON has no infinity").isTrue();
    assertThat(json.at("/noise_floor/0/kernels").asText()).isEqualTo("fp32 by aten");
    assertThat(JSON.readTree(file.toFile())).isEqualTo(json);
  }

  @Test
  void analyzeExplainsItselfToPeople() {
    Result result = cli.run("analyze", "demo", "--recipe", "fp32");

    assertThat(result.out()).contains("unet.conv_in", "0.250 +- 0.050", "20.50 dB", "identical",
        "fp32 by aten", "95 % confidence");
  }

  @Test
  void whatCannotBeMeasuredIsWrongUsage() {
    cli.run("analyze", "demo", "--what", "sqrn").isWrongUsage("sqnr, sensitivity");
    cli.run("analyze", "demo", "--prompts", "none.txt").isWrongUsage("neither a number nor");
    cli.run("analyze", "demo", "--seeds", "0").isWrongUsage("--seeds");
    cli.run("budget", "demo").isWrongUsage("either --bytes or --error");
    cli.run("budget", "demo", "--bytes", "12 apples").isWrongUsage("is no size");
  }

  @Test
  void budgetChoosesFromAnalyses() throws IOException {
    Path eight = analysis("w8", 0.001, 0.002);
    Path four = analysis("w4-g32", 0.01, 0.5);
    Path recipe = folder.resolve("recipe.json");

    Result result = cli.run("budget", "demo", "--error", "0.1625", "--analysis", eight.toString(),
        "--analysis", four.toString(), "--to", recipe.toString(), "--json");

    assertThat(result.exitCode()).as(result.err()).isZero();
    JsonNode json = result.json();
    assertThat(json.at("/predicted_error").asDouble()).isEqualTo(0.0745);
    assertThat(json.at("/picks/0/candidate").asText()).isEqualTo("w4-g32");
    assertThat(json.at("/picks/1/candidate").asText()).isEqualTo("w8");
    assertThat(json.at("/exact").asBoolean()).isTrue();
    assertThat(json.at("/measured").isNull()).isTrue();
    Recipe written = RecipeReader.read(recipe);
    CandidateRecipes candidates = new CandidateRecipes(new BuiltInRecipes());
    assertThat(written.ruleFor(CONV1).orElseThrow().scheme())
        .isEqualTo(candidates.open("w4-g32").ruleFor(CONV1).orElseThrow().scheme());
    assertThat(written.ruleFor(CONV2).orElseThrow().scheme())
        .isEqualTo(candidates.open("w8").ruleFor(CONV2).orElseThrow().scheme());
    Result plan = cli.run("budget", "demo", "--bytes", json.at("/bytes").asText(), "--analysis",
        eight.toString(), "--analysis", four.toString(), "--json");
    assertThat(plan.json().at("/predicted_error").asDouble()).isLessThanOrEqualTo(0.0745);
  }

  @Test
  void aBudgetThatCannotBeSaysWhatCould() throws IOException {
    Result result = cli.run("budget", "demo", "--bytes", "1MB", "--analysis",
        analysis("w8", 0.1, 0.1).toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("Even with the smallest candidates this pipeline needs");
  }

  private Path analysis(String recipe, double first, double second) throws IOException {
    ObjectNode json = JSON.createObjectNode()
        .put("recipe", recipe)
        .put("recipe_json",
            RecipeWriter.write(new CandidateRecipes(new BuiltInRecipes()).open(recipe)))
        .put("error", "latents")
        .put("signal", 1.0);
    json.putObject("rest").putObject("error").put("mean", 0.0625);
    json.putObject("total").putObject("error").put("mean", 0.0625 + first + second);
    unit(json, CONV1, first);
    unit(json, CONV2, second);
    Path file = folder.resolve(recipe + ".json");
    Files.writeString(file, json.toString());
    return file;
  }

  private static void unit(ObjectNode json, String name, double error) {
    ObjectNode unit = json.withArray("units").addObject().put("unit", name);
    unit.putArray("modules").add(name);
    unit.putObject("sensitivity").putObject("error").put("mean", error);
  }
}
