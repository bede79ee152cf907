package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.lower.TreatedKernel;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.plan.RecipeReader;
import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.quant.TreatedWeight;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.torch.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
              silent, TreatmentCache.NONE);
          InputStatistics parts = InputStatistics.of(torch, lowering, planner, model, graphs, plan,
              silent, 3 << 20, TreatmentCache.NONE)) {
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

  @Test
  void aSecondRunCollectsNothing(@TempDir Path folder) {
    try (Torch torch = Torch.start(2);
        PackTools tools = PackTools.compile();
        ModelSource model = ModelSources.open("src/test/goldens/tiny-sd1", null)) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      Planner planner = new Planner(new Kernels(KernelProbe.probe(torch).capabilities()));
      Plan plan = planner.plan(RecipeReader.parse(RECIPE, "x"), graphs, model);
      Lowering lowering = new Lowering(torch, tools);
      Progress silent = new Progress(progress -> {}, () -> false);
      String conv = "mid_block.resnets.0.conv1";
      TreatedKernel kernel = (TreatedKernel) Objects.requireNonNull(plan.kernels("unet").get(conv));
      List<List<LayerStatistics>> first;
      List<TreatedWeight> made;
      try (InputStatistics statistics = InputStatistics.of(torch, lowering, planner, model, graphs,
          plan, silent, TreatmentCache.in(folder))) {
        first = all(statistics);
        made = statistics.treated(conv, kernel, () -> weights(kernel, statistics.of(conv)));
        assertThat(statistics.passes()).isEqualTo(1);
      }
      try (InputStatistics statistics = InputStatistics.of(torch, lowering, planner, model, graphs,
          plan, silent, TreatmentCache.in(folder))) {
        assertThat(all(statistics)).usingRecursiveComparison().isEqualTo(first);
        assertThat(statistics.treated(conv, kernel, () -> {
          throw new AssertionError("made again");
        })).usingRecursiveComparison().isEqualTo(made);
        assertThat(statistics.passes()).isZero();
      }
      // Too little room for the Hessians: they are not kept, the rest is.
      try (InputStatistics statistics = InputStatistics.of(torch, lowering, planner, model, graphs,
          plan, silent, TreatmentCache.in(folder.resolve("small"), 1 << 20))) {
        all(statistics);
      }
      try (InputStatistics statistics = InputStatistics.of(torch, lowering, planner, model, graphs,
          plan, silent, TreatmentCache.in(folder.resolve("small"), 1 << 20))) {
        statistics.of("up_blocks.0.resnets.0.conv_shortcut");
        assertThat(statistics.passes()).isZero();
        statistics.of(conv);
        assertThat(statistics.passes()).isEqualTo(1);
      }
    }
  }

  private static List<TreatedWeight> weights(TreatedKernel kernel, List<LayerStatistics> seen) {
    int columns = 9 * seen.getFirst().channels();
    return List.of(TreatedWeight.of(new TorchRandom(1).randn(3 * columns), 3, 9, kernel.weights(),
        kernel.treatments(), seen.getFirst()));
  }

  private static List<List<LayerStatistics>> all(InputStatistics statistics) {
    List<List<LayerStatistics>> all = new ArrayList<>();
    statistics.layers().forEach(module -> all.add(statistics.of(module)));
    return all;
  }
}
