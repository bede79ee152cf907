package io.granular.engine.analyze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.analyze.AnalysisResult.LayerSqnr;
import io.granular.engine.analyze.AnalysisResult.UnitScore;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.run.TreatmentCache;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Analyses of tiny pipelines: what must hold whatever the numbers are. */
class AnalyzerTest {
  private static final String LAYER =
      "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";

  private static Torch torch;
  private static PackTools tools;
  private static Analyzer analyzer;

  @TempDir
  Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    tools = PackTools.compile();
    Capabilities machine = KernelProbe.probe(torch).capabilities();
    analyzer = new TorchAnalyzer(torch, tools, machine, TreatmentCache.NONE);
  }

  @AfterAll
  static void stop() {
    tools.close();
    torch.close();
  }

  @Test
  void moreBitsGiveMoreSignalInEveryLayerAtEveryTimestep() throws IOException {
    Map<String, List<Double>> eight = sqnr(8);
    Map<String, List<Double>> four = sqnr(4);
    Map<String, List<Double>> two = sqnr(2);

    assertThat(eight.keySet()).isEqualTo(two.keySet()).hasSizeGreaterThan(20);
    eight.forEach((layer, decibel) -> {
      for (int i = 0; i < decibel.size(); i++) {
        assertThat(decibel.get(i)).as(layer).isGreaterThan(four.get(layer).get(i));
        assertThat(four.get(layer).get(i)).as(layer).isGreaterThan(two.get(layer).get(i));
      }
    });
  }

  private Map<String, List<Double>> sqnr(int bits) throws IOException {
    AnalysisResult result = run(request(recipe("unet.**", bits), Set.of(Measure.SQNR), true,
        List.of(), null), _ -> {});
    assertThat(result.timesteps()).hasSize(3).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    Map<String, List<Double>> all = new HashMap<>();
    for (LayerSqnr layer : result.sqnr()) {
      assertThat(layer.decibel()).hasSize(3);
      all.put(layer.module(), layer.decibel());
    }
    return all;
  }

  @Test
  void onlyWhatIsQuantizedHasAnEffect() throws IOException {
    AnalysisResult result = run(request(recipe(LAYER, 2),
        EnumSet.of(Measure.SENSITIVITY, Measure.BLAME, Measure.DIVERGENCE), false,
        List.of(LAYER, "unet.conv_out"), null), _ -> {});

    assertThat(result.rest().error().mean()).as("nothing else is quantized").isZero();
    UnitScore quantized = result.units().get(0);
    UnitScore untouched = result.units().get(1);
    assertThat(quantized.unit()).isEqualTo(LAYER);
    assertThat(quantized.sensitivity().error().mean()).isPositive()
        .isEqualTo(result.total().error().mean());
    assertThat(quantized.sensitivity().psnr()).isEqualTo(result.total().psnr());
    // Restoring the only quantized module leaves nothing of the error.
    assertThat(quantized.blame()).isEqualTo(result.total().error());
    assertThat(untouched.sensitivity().error().mean()).isZero();
    assertThat(untouched.sensitivity().pictureMse().mean()).isZero();
    assertThat(untouched.sensitivity().psnr()).isInfinite();
    assertThat(untouched.blame().mean()).isZero();
    assertThat(result.divergence()).hasSize(3).allSatisfy(step -> {
      assertThat(step.samples()).isEqualTo(2);
      assertThat(step.mean()).isPositive();
      assertThat(step.low()).isLessThan(step.high());
    });
  }

  @Test
  void layersOfEveryNetworkAreMeasured() throws IOException {
    List<String> modules = List.of("text_encoder.text_model.encoder.layers.0.mlp.fc1",
        "unet.mid_block.resnets.0.conv1", "vae.decoder.conv_in");
    AnalysisResult result = run(request(recipe("{text_encoder,unet,vae}.**", 3),
        Set.of(Measure.SENSITIVITY), false, modules, null), _ -> {});

    assertThat(result.units()).extracting(UnitScore::unit).isEqualTo(modules);
    assertThat(result.units().get(0).sensitivity().error().mean()).isPositive();
    assertThat(result.units().get(1).sensitivity().error().mean()).isPositive();
    assertThat(result.units().get(2).sensitivity().error().mean())
        .as("the decoder changes pictures, not latents")
        .isZero();
    assertThat(result.units()).allSatisfy(
        unit -> assertThat(unit.sensitivity().pictureMse().mean()).isPositive());
  }

  @Test
  void otherKernelsOfTheSamePrecisionDifferFarLessThanTwoBits() throws IOException {
    AnalysisResult result = run(request(recipe("unet.**", 2), Set.of(Measure.NOISE_FLOOR), false,
        List.of(), null), _ -> {});

    assertThat(result.noiseFloor()).hasSize(2);
    double aten = result.noiseFloor().get(0).effect().error().mean();
    double bf16 = result.noiseFloor().get(1).effect().error().mean();
    assertThat(aten).isPositive().isLessThan(bf16 / 100);
    assertThat(bf16).isLessThan(result.total().error().mean() / 100);
  }

  @Test
  void anAnalysisThatWasEndedGoesOn() throws IOException {
    Path file = folder.resolve("kept.json");
    AnalysisRequest request = request(recipe("unet.**", 4),
        EnumSet.of(Measure.SENSITIVITY, Measure.SQNR), true, List.of(), file);
    List<RunProgress> heard = new ArrayList<>();
    assertThatThrownBy(() -> analyzer.analyze(request, heard::add,
        () -> !heard.isEmpty() && heard.getLast().step() == 5))
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining("after 5 of");
    String kept = Files.readString(file);

    List<RunProgress> again = new ArrayList<>();
    AnalysisResult resumed = run(request, again::add);

    assertThat(kept).contains("alone unet.");
    // The measurements that were kept are there at once, and leave the time left unknown.
    assertThat(again).filteredOn(p -> p.step() <= 5)
        .allSatisfy(p -> assertThat(p.remainingSeconds()).isNaN());
    assertThat(again.getLast().step()).isEqualTo(again.getLast().steps());
    AnalysisResult whole = run(request(request.recipe(), request.measures(), true, List.of(), null),
        _ -> {});
    assertThat(resumed.units()).isEqualTo(whole.units());
  }

  @Test
  void unknownModulesAreRefused() throws IOException {
    AnalysisRequest request = request(recipe("unet.**", 4), Set.of(Measure.SENSITIVITY), true,
        List.of("unet.conv_on"), null);

    assertThatThrownBy(() -> run(request, _ -> {})).hasMessageContaining("unet.conv_on");
  }

  @Test
  void blocksAreUnits() {
    assertThat(Grouping.BLOCK.unit("unet.down_blocks.0.attentions.1.transformer_blocks.0.ff.net.2"))
        .isEqualTo("unet.down_blocks.0.attentions.1");
    assertThat(Grouping.BLOCK.unit("unet.time_embedding.linear_1")).isEqualTo(
        "unet.time_embedding");
    assertThat(Grouping.BLOCK.unit("vae.decoder.conv_in")).isEqualTo("vae.decoder.conv_in");
    assertThat(Grouping.BLOCK.unit("text_encoder.text_model.encoder.layers.3.mlp.fc1"))
        .isEqualTo("text_encoder.text_model.encoder.layers.3");
  }

  private static AnalysisResult run(AnalysisRequest request, RunListener listener) {
    return analyzer.analyze(request, listener, () -> false);
  }

  private String recipe(String match, int bits) throws IOException {
    Path file = folder.resolve("recipe-" + bits + ".json");
    Files.writeString(file, """
        {"version": 1, "name": "%d bits", "rules": [
          {"match": "%s", "weights": {"bits": %d}},
          {"match": "**", "keep": "fp32", "optional": true}]}
        """.formatted(bits, match, bits));
    return file.toString();
  }

  private static AnalysisRequest request(String recipe, Set<Measure> measures, boolean quick,
      List<String> modules, @Nullable Path kept) {
    return new AnalysisRequest("src/test/goldens/tiny-sd1", null, recipe, measures,
        measures.contains(Measure.SENSITIVITY) && modules.isEmpty()
            ? Grouping.BLOCK
            : Grouping.MODULE,
        modules, quick, null, 1, List.of(1L, 2L), 3, 2.0, 128, 128,
        new SamplerChoice("ddim", null, null, null, null), null, kept, 2);
  }
}
