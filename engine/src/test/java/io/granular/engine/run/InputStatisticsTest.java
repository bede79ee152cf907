package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.plan.RecipeReader;
import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hessians that do not fit at once are collected in passes, with the same result. */
class InputStatisticsTest {
  private static final String RECIPE = """
      {"version": 1, "name": "x", "rules": [
        {"match": "unet.mid_block.resnets.*.conv*", "weights": {"bits": 4},
         "treatments": {"gptq": true}},
        {"match": "unet.**.conv_shortcut", "weights": {"bits": 4},
         "treatments": {"split": true, "smooth": 0.5}},
        {"match": "**", "keep": "fp32"}]}
      """;

  @Test
  void passesSeeTheSame() {
    try (Torch torch = Torch.start(2);
        PackTools tools = PackTools.compile();
        ModelSource model = ModelSources.open("src/test/goldens/tiny-sd1", null)) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      Planner planner = new Planner(new Kernels(KernelProbe.probe(torch).capabilities()));
      Plan plan = planner.plan(RecipeReader.parse(RECIPE, "x"), graphs, model);
      Lowering lowering = new Lowering(torch, tools);
      Progress silent = new Progress(progress -> {}, () -> false);
      try (
          InputStatistics whole = InputStatistics.of(torch, lowering, planner, model, graphs, plan,
              silent);
          InputStatistics parts = InputStatistics.of(torch, lowering, planner, model, graphs, plan,
              silent, 3 << 20)) {
        List<List<LayerStatistics>> first = all(whole);
        List<List<LayerStatistics>> second = all(parts);

        assertThat(whole.passes()).isEqualTo(1);
        assertThat(parts.passes()).isGreaterThan(1);
        assertThat(second).usingRecursiveComparison().isEqualTo(first);
        assertThat(first).anyMatch(layer -> layer.size() == 2);
        assertThat(InputStatistics.note(plan)).isPresent();
        assertThatThrownBy(() -> whole.of("conv_in")).hasMessageContaining("conv_in");
      }
    }
  }

  private static List<List<LayerStatistics>> all(InputStatistics statistics) {
    List<List<LayerStatistics>> all = new ArrayList<>();
    statistics.layers().forEach(module -> all.add(statistics.of(module)));
    return all;
  }
}
