package io.granular.engine.lower;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A variant computes what the same kernels loaded from scratch compute, bit by bit. */
class VariantTest {
  private static final Map<String, Long> SIZES =
      Map.of("batch", 1L, "height", 16L, "width", 16L, "tokens", 77L);

  @Test
  void oneLayerChangesAndTheOthersStay() {
    try (Torch torch = Torch.start(2);
        PackTools tools = PackTools.compile();
        ModelSource model = ModelSources.open("src/test/goldens/tiny-sd1", null)) {
      Graph graph = Objects.requireNonNull(PipelineGraphs.of(model).networks().get("unet"));
      TensorSource weights = model.component("unet").tensors();
      Kernels kernels = new Kernels(KernelProbe.probe(torch).capabilities());
      Map<String, Kernel> full = kernels(graph, kernels);
      Map<String, Kernel> changed = new LinkedHashMap<>(full);
      changed.replaceAll((module, kernel) -> module.equals("conv_out") ? kernels
          .choose((Op.Matrix) Objects.requireNonNull(graph.modules().get(module)).op(),
              new Scheme.Integers(
                  new WeightScheme(3, new Granularity.PerAxis(0), Mapping.SYMMETRIC), null,
                  Scheme.Method.PTQ))
          .kernel() : kernel);
      Lowering lowering = new Lowering(torch, tools);
      AttentionKernel attention = kernels.attention(ScalarType.F32, null);
      LoweredNetwork base = lowering.load(graph, weights, full, attention, Map.of(), SIZES, true);
      float[] before = run(torch, base);
      try (LoweredNetwork variant =
          lowering.variant(List.of(base), graph, weights, changed, attention, Map.of(), SIZES,
              StatisticsSource.NONE);
          LoweredNetwork fresh = lowering.load(graph, weights, changed, attention, SIZES)) {
        assertThat(variant.cost()).isEqualTo(fresh.cost());
        assertThat(variant.held()).isEqualTo(fresh.held());
        assertThat(run(torch, base)).as("the base is untouched").isEqualTo(before);
        base.close();
        assertThat(run(torch, variant)).isEqualTo(run(torch, fresh)).isNotEqualTo(before);
      }
    }
  }

  private static Map<String, Kernel> kernels(Graph graph, Kernels kernels) {
    Map<String, Kernel> chosen = new LinkedHashMap<>();
    graph.modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix op) {
        chosen.put(module, kernels.choose(op, new Scheme.Keep(ScalarType.F32)).kernel());
      }
    });
    return chosen;
  }

  private static float[] run(Torch torch, LoweredNetwork network) {
    try (Scope scope = torch.scope()) {
      Tensor sample = scope.of(new TorchRandom(1).randn(4 * 16 * 16), 1, 4, 16, 16);
      Tensor text = scope.of(new TorchRandom(2).randn(77 * 64), 1, 77, 64);
      return Objects.requireNonNull(network.run(scope, Map.of("sample", sample, "timestep",
          scope.of(new float[]{481}, 1), "encoder_hidden_states", text)).get("sample")).floats();
    }
  }
}
