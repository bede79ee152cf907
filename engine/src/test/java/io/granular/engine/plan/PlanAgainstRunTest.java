package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.torch.Torch;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan says it will hold is what lowering then holds. */
class PlanAgainstRunTest {
  private static final RunShape SHAPE = new RunShape(128, 128, true, 77);

  @ParameterizedTest
  @CsvSource({"tiny-sd1,fp32", "tiny-sd1,bf16", "tiny-sd2,fp16", "tiny-sd1,w8",
      "tiny-sdxl,w8a8-dynamic", "tiny-sd1,gguf-q5_1", "tiny-sdxl,attention-8-rest-4",
      "tiny-sd2,w4a8", "tiny-sd1,w2-g16", "tiny-sdxl,gguf-q4_0", "tiny-sd2,w5"})
  void bytesAndKernelsAgree(String model, String recipe) {
    try (Torch torch = Torch.start(2);
        PackTools tools = PackTools.compile();
        ModelSource source = ModelSources.open("src/test/goldens/" + model, null)) {
      PipelineGraphs graphs = PipelineGraphs.of(source);
      Kernels kernels = new Kernels(KernelProbe.probe(torch).capabilities());
      Plan plan = new Planner(kernels).plan(new BuiltInRecipes().open(recipe), graphs, source);

      for (Graph graph : graphs.networks().values()) {
        String component = PipelineGraphs.component(graph.name());
        try (LoweredNetwork network = new Lowering(torch, tools).load(graph,
            source.component(component).tensors(), plan.kernels(graph.name()),
            plan.attention(graph.name()), plan.tables(graph.name()),
            SHAPE.sizes(graph.name(), graphs.vae().factor()), true)) {
          Kernel.Cost planned = plan.only(graph.name()::equals).cost();
          assertThat(network.cost()).as(graph.name()).isEqualTo(planned);
          assertThat(network.kernels()).isEqualTo(plan.kernels(graph.name()));
          Audit audit = Audit.of(plan.only(graph.name()::equals), Map.of(graph.name(),
              new Audit.Held(network.held(), network.attention())));
          assertThat(audit.mismatches()).isEmpty();
          assertThat(audit.tensors()).isEqualTo(graph.modules()
              .values()
              .stream()
              .mapToInt(node -> node.op().parameters().size())
              .sum());
        }
      }
    }
  }
}
