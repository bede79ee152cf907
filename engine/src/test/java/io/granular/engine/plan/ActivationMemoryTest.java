package io.granular.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.FloatKernel;
import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.WeightOnlyKernel;
import io.granular.engine.network.Dim;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.network.Shape;
import io.granular.engine.network.Value;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.torch.ScalarType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ActivationMemoryTest {
  private static final FloatKernel FP32 = new FloatKernel(ScalarType.F32, true);
  private static final FloatKernel BF16 = new FloatKernel(ScalarType.BF16, true);
  private static final Map<String, Long> TEN = Map.of("batch", 10L);
  /** Numbers of one value of the test graphs. */
  private static final long N = 10 * 100;

  private final Value x = value(0, 100);
  private final Value a = value(1, 100);
  private final Value b = value(2, 100);
  private final Value y = value(3, 100);

  @Test
  void valuesLiveUntilTheirLastUse() {
    // The input stays the caller's; while b is computed, a is still there.
    Graph chain = graph(linear("a", x, a), linear("b", a, b), linear("y", b, y));

    assertThat(ActivationMemory.peak(chain, TEN, all(FP32))).isEqualTo(3 * N * 4);
  }

  @Test
  void aSkipConnectionIsHeld() {
    Graph skip = graph(linear("a", x, a), linear("b", a, b),
        new Node("y", new Op.Concat(-1), List.of(a, b), value(3, 200)));

    assertThat(ActivationMemory.peak(skip, TEN, all(FP32))).isEqualTo((1 + 1 + 1 + 2) * N * 4);
  }

  @Test
  void sumsOverwriteWhatNobodyElseReads() {
    Graph inPlace = graph(linear("a", x, a), linear("b", x, b),
        new Node("y", new Op.Add(), List.of(a, b), y));
    Graph copied = graph(linear("a", x, a), new Node("b", new Op.Scale(2), List.of(a), b),
        new Node("y", new Op.Add(), List.of(a, b), y));

    assertThat(ActivationMemory.peak(inPlace, TEN, all(FP32))).isEqualTo(3 * N * 4);
    assertThat(ActivationMemory.peak(copied, TEN, all(FP32))).isEqualTo(4 * N * 4);
  }

  @Test
  void viewsShareTheirInputsMemory() {
    Graph view = graph(linear("a", x, a), new Node("b", new Op.Chunk(1, 0), List.of(a), b),
        linear("y", b, y));

    assertThat(ActivationMemory.peak(view, TEN, all(FP32))).isEqualTo(3 * N * 4);
  }

  @Test
  void sixteenBitStreamsHalveAllButTheInput() {
    Graph chain = graph(linear("a", x, a), linear("b", a, b), linear("y", b, y));

    assertThat(ActivationMemory.peak(chain, TEN, all(BF16))).isEqualTo(N * 4 + 2 * N * 2);
  }

  @Test
  void weightOnlyLayersWidenTheirWeights() {
    Kernel int8 = new WeightOnlyKernel(
        new WeightScheme(8, new Granularity.PerAxis(0), Mapping.SYMMETRIC), ScalarType.F32, false);
    Graph one = graph(linear("y", x, y));

    assertThat(ActivationMemory.peak(one, TEN, Map.of("y", int8)))
        .isEqualTo(2 * N * 4 + 100 * 100 * 4);
  }

  @Test
  void estimatesAddUp() {
    try (ModelSource model = ModelSources.open("src/test/goldens/tiny-sd1", null)) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      Kernels kernels = new Kernels(new Capabilities(true, true, true, true));
      Plan plan =
          new Planner(kernels).plan(new BuiltInRecipes().open("w8a8-dynamic"), graphs, model);
      RunShape small = new RunShape(128, 128, true, 77);
      PeakEstimate estimate = PeakEstimate.of(plan, graphs, small, 1_000);
      PeakEstimate larger =
          PeakEstimate.of(plan, graphs, new RunShape(256, 256, true, 77), 1_000);

      Plan held = plan.only(name -> name.equals("unet") || name.equals("vae.decode"));
      assertThat(plan.stays("unet")).isTrue();
      assertThat(plan.stays("text_encoder")).isFalse();
      assertThat(larger.weights()).isEqualTo(held.cost().weights());
      assertThat(larger.scales()).isEqualTo(held.cost().scales());
      assertThat(estimate.runtime()).isEqualTo(PeakEstimate.FIRST_RUN + plan.textToImage()
          .modules()
          .stream()
          .map(ModulePlan::kernel)
          .filter(Objects::nonNull)
          .mapToLong(Kernel::runtime)
          .sum());
      assertThat(estimate.total()).isEqualTo(1_000 + estimate.weights() + estimate.scales()
          + estimate.runtime() + estimate.working());
      // Four times the pixels, beside the widened weights, which stay the same.
      assertThat(larger.working()).isBetween(2 * estimate.working(), 4 * estimate.working() + 4);
    }
  }

  /** A large layer may need more while it is packed than a small picture while it is made. */
  @Test
  void theLargestLayerCountsWhilePacked() {
    try (ModelSource model = ModelSources.open("src/test/goldens/tiny-sd1", null)) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      Plan plan = new Planner(new Kernels(Capabilities.NONE))
          .plan(new BuiltInRecipes().open("fp32"), graphs, model);
      PeakEstimate estimate =
          PeakEstimate.of(plan, graphs, new RunShape(16, 16, false, 77), 1_000);

      // 2158 tokens of width 64 in fp32.
      assertThat(estimate.weights() + estimate.working()).isGreaterThanOrEqualTo(
          plan.only(n -> n.equals("unet") || n.equals("text_encoder")).cost().total()
              + 2158 * 64 * 4);
    }
  }

  @Test
  void narrowIntegersAreUnpackedAtEachCall() {
    Op.Linear op = new Op.Linear(100, 100, false);
    WeightScheme four = new WeightScheme(4, new Granularity.PerGroup(20), Mapping.ASYMMETRIC);

    assertThat(new WeightOnlyKernel(four, ScalarType.BF16, true).scratch(op, 1, 1))
        .isEqualTo(100 * 100 * (2 + 2 * 2));
    assertThat(new FloatKernel(ScalarType.F32, true).scratch(op, 1, 1)).isZero();
  }

  private Graph graph(Node... nodes) {
    Map<String, Value> outputs = Map.of("y", nodes[nodes.length - 1].output());
    return new Graph("test", new LinkedHashMap<>(Map.of("x", x)), List.of(nodes),
        new LinkedHashMap<>(outputs));
  }

  private static Node linear(String module, Value in, Value out) {
    return new Node(module, new Op.Linear(100, 100, false), List.of(in), out);
  }

  private static Value value(int id, long width) {
    return new Value(id, Shape.of(Dim.symbol("batch"), Dim.of(width)));
  }

  private static Map<String, Kernel> all(Kernel kernel) {
    return Map.of("a", kernel, "b", kernel, "y", kernel);
  }
}
