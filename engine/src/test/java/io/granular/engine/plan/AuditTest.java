package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.lower.HeldModule;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.torch.Torch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An audit must notice a plan that is wrong. */
class AuditTest {
  private static final String LAYER = "conv_in";

  private static Torch torch;
  private static PackTools tools;
  private static ModelSource source;
  private static PipelineGraphs graphs;
  private static Planner planner;
  private static LoweredNetwork unet;

  @BeforeAll
  static void load() {
    torch = Torch.start(2);
    tools = PackTools.compile();
    source = ModelSources.open("src/test/goldens/tiny-sd1", null);
    graphs = PipelineGraphs.of(source);
    planner = new Planner(new Kernels(KernelProbe.probe(torch).capabilities()));
    Plan plan = plan("w8");
    unet = new Lowering(torch, tools).load(graphs.networks().get("unet"),
        source.component("unet").tensors(), plan.kernels("unet"), plan.attention("unet"),
        plan.tables("unet"),
        new RunShape(128, 128, true, 77).sizes("unet", graphs.vae().factor()), true);
  }

  @AfterAll
  static void close() {
    unet.close();
    source.close();
    tools.close();
    torch.close();
  }

  @Test
  void whatRanAsPlannedHasNoMismatch() {
    assertThat(audit(plan("w8"), unet.held()).mismatches()).isEmpty();
  }

  @Test
  void anotherRecipeIsNoticedInEveryQuantizedTensor() {
    Plan wrong = plan("w8a8-dynamic");

    Audit audit = audit(wrong, unet.held());

    assertThat(audit.mismatches()).filteredOn(m -> m.what().equals("kernel"))
        .extracting(Audit.Mismatch::tensor)
        .containsAll(wrong.modules()
            .stream()
            .filter(m -> m.decision() instanceof Decision.Quantized)
            .flatMap(m -> m.tensors().stream())
            .map(TensorPlan::name)
            .toList());
    assertThat(audit.text()).contains("mismatches in " + audit.tensors() + " tensors");
  }

  @Test
  void otherBytesAndNumbersAreNoticed() {
    Audit audit = audit(plan("fp32"), unet.held());

    assertThat(audit.mismatches()).filteredOn(m -> m.tensor().equals("unet." + LAYER + ".weight"))
        .extracting(Audit.Mismatch::what)
        .contains("numbers", "bytes");
    assertThat(audit.mismatches()).filteredOn(m -> m.tensor().endsWith("attn1.to_q.weight"))
        .isNotEmpty()
        .filteredOn(m -> m.what().equals("numbers"))
        .allSatisfy(m -> assertThat(m.planned() + m.actual()).isEqualTo("fp32integers"));
  }

  @Test
  void whatIsMissingOrUnplannedIsNoticed() {
    SequencedMap<String, HeldModule> held = new LinkedHashMap<>(unet.held());
    HeldModule conv = held.remove(LAYER);
    held.put("stowaway", conv);

    assertThat(audit(plan("w8"), held).mismatches()).containsExactly(
        new Audit.Mismatch("unet.conv_in.weight", "presence", "held", "not loaded"),
        new Audit.Mismatch("unet.conv_in.bias", "presence", "held", "not loaded"),
        new Audit.Mismatch("unet: stowaway", "presence", "not in the plan", "held"));
  }

  @Test
  void simulationThatWasNotPlannedIsNoticed() {
    SequencedMap<String, HeldModule> held = new LinkedHashMap<>(unet.held());
    held.computeIfPresent(LAYER, (_, m) -> new HeldModule(m.kernel(), true, m.tensors()));

    assertThat(audit(plan("w8"), held).mismatches()).extracting(Audit.Mismatch::what)
        .containsOnly("simulated");
  }

  @Test
  void layersInPartsWithTreatmentsRunAsPlanned() {
    Recipe recipe = RecipeReader.parse("""
        {"version": 1, "name": "treated", "rules": [
          {"match": "unet.up_blocks.**", "weights": {"bits": 4, "granularity": "per_axis"},
           "treatments": {"low_rank": 4, "rotate": true, "split": true, "clip": "mse"}},
          {"match": "**", "keep": "fp32"}]}
        """, "treated");
    Plan plan = planner.plan(recipe, graphs, source);
    try (LoweredNetwork treated = new Lowering(torch, tools).load(graphs.networks().get("unet"),
        source.component("unet").tensors(), plan.kernels("unet"), plan.attention("unet"),
        plan.tables("unet"),
        new RunShape(128, 128, true, 77).sizes("unet", graphs.vae().factor()), true)) {
      Audit audit = Audit.of(plan.only("unet"::equals),
          Map.of("unet", new Audit.Held(treated.held(), treated.attention())));

      assertThat(treated.held().values())
          .anySatisfy(m -> assertThat(m.tensors()).containsKeys("[skip].left", "[hidden].left"));
      assertThat(audit.mismatches()).isEmpty();
    }
  }

  private static Plan plan(String recipe) {
    return planner.plan(new BuiltInRecipes().open(recipe), graphs, source);
  }

  private static Audit audit(Plan plan, Map<String, HeldModule> held) {
    return Audit.of(plan.only("unet"::equals),
        Map.of("unet", new Audit.Held(held, unet.attention())));
  }
}
