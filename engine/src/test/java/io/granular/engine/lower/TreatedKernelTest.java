package io.granular.engine.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.metric.Statistics;
import io.granular.engine.network.Dim;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.network.Shape;
import io.granular.engine.network.Value;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Hadamard;
import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.quant.LowRank;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.TreatedWeight;
import io.granular.engine.quant.Treatments;
import io.granular.engine.quant.Treatments.Clip;
import io.granular.engine.quant.Treatments.Gptq;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A treated layer computes what the plain layer computes with the weight that its integers, branch, rotation and
 * smoothing amount to.
 */
class TreatedKernelTest {
  private static final WeightScheme SCHEME =
      new WeightScheme(4, new Granularity.PerGroup(16), Mapping.ASYMMETRIC);

  private static Torch torch;
  private static PackTools tools;

  @TempDir
  Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    tools = PackTools.compile();
  }

  @AfterAll
  static void stop() {
    tools.close();
    torch.close();
  }

  static Stream<Op.Matrix> layers() {
    return Stream.of(new Op.Linear(96, 160, true), new Op.Linear(64, 33, false),
        new Op.Conv2d(48, 40, 3, 1, 1, 0, true), new Op.Conv2d(48, 32, 3, 2, 1, 0, false),
        new Op.Conv2d(32, 16, 3, 2, 0, 1, true), new Op.Conv2d(64, 24, 1, 1, 0, 0, true));
  }

  static List<Treatments> treatments() {
    return List.of(
        new Treatments(false, null, false, 0, Clip.MSE, null, false),
        new Treatments(false, null, false, 0, Clip.MINMAX, null, true),
        new Treatments(false, 0.5, false, 0, Clip.MINMAX, null, false),
        new Treatments(false, null, true, 0, Clip.MINMAX, null, false),
        new Treatments(false, null, false, 8, Clip.MINMAX, null, false),
        new Treatments(false, null, false, 0, Clip.MINMAX, Gptq.USUAL, false),
        new Treatments(true, null, false, 0, Clip.MINMAX, null, false),
        new Treatments(true, 0.7, true, 5, Clip.MSE, new Gptq(0.02, true), true));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void computesWithTheWeightItAmountsTo(Op.Matrix op) throws IOException {
    for (Treatments treatments : treatments()) {
      int channels = channels(op);
      int boundary = treatments.split() ? 16 : 0;
      List<LayerStatistics> statistics = boundary == 0
          ? List.of(statistics(op, channels))
          : List.of(statistics(op, boundary), statistics(op, channels - boundary));
      TreatedKernel kernel = new TreatedKernel(
          new WeightOnlyKernel(SCHEME, ScalarType.F32, false), SCHEME, treatments, boundary);
      Weights weights = weights(op);

      float[] result = run(op, weights, kernel, _ -> statistics);

      Weights amounts = amounts(op, weights, treatments, boundary, statistics);
      Op.Matrix biased = biased(op);
      float[] expected =
          run(biased, amounts, new FloatKernel(ScalarType.F32, false), StatisticsSource.NONE);
      assertThat(Statistics.maxRelative(expected, result)).as(treatments.toString())
          .isLessThan(2e-5);
      assertThat(Statistics.sqnr(run(op, weights, new FloatKernel(ScalarType.F32, false),
          StatisticsSource.NONE), result)).as(treatments.toString()).isGreaterThan(12);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void integerKernelsTakeTreatedInputs(Op.Matrix op) throws IOException {
    WeightScheme weights = new WeightScheme(8, new Granularity.PerAxis(0), Mapping.SYMMETRIC);
    ActivationScheme activations = new ActivationScheme(8, new Granularity.PerToken(),
        Mapping.SYMMETRIC, ActivationScheme.Range.DYNAMIC);
    Treatments treatments = new Treatments(true, 0.3, true, 4, Clip.MINMAX, null, true);
    Kernel kernel = new Kernels(KernelProbe.probe(torch).capabilities())
        .choose(op, new Scheme.Integers(weights, activations, Scheme.Method.PTQ, treatments), null,
            16)
        .kernel();
    // Means of zero: the correction has nothing to correct but must not get in the way.
    List<LayerStatistics> statistics = Stream.of(16, channels(op) - 16)
        .map(n -> new LayerStatistics(new float[n], statistics(op, n).largest(), List.of()))
        .toList();

    float[] exact = run(op, weights(op), new FloatKernel(ScalarType.F32, false),
        StatisticsSource.NONE);
    assertThat(Statistics.sqnr(exact, run(op, weights(op), kernel, _ -> statistics)))
        .isGreaterThan(32);
  }

  @Test
  void costCountsBranchScalesAndTheAddedBias() {
    Op.Linear op = new Op.Linear(96, 160, false);
    Kernel inner = new WeightOnlyKernel(SCHEME, ScalarType.F32, false);
    Kernel.Cost plain = inner.cost(op);
    Kernel.Cost treated = new TreatedKernel(inner, SCHEME,
        new Treatments(false, 0.5, true, 8, Clip.MSE, null, true), 0).cost(op);
    assertThat(treated.weights() - plain.weights()).isEqualTo(2 * 8 * (160 + 96) + 4 * 160);
    assertThat(treated.scales() - plain.scales()).isEqualTo(4 * 96);
    Kernel.Cost split = new TreatedKernel(inner, SCHEME,
        new Treatments(true, null, false, 0, Clip.MINMAX, null, false), 32).cost(op);
    assertThat(split).isEqualTo(plain);
  }

  @Test
  void missingStatisticsAreNamed() throws IOException {
    Op.Linear op = new Op.Linear(64, 32, true);
    TreatedKernel kernel = new TreatedKernel(
        new WeightOnlyKernel(SCHEME, ScalarType.F32, false), SCHEME,
        new Treatments(false, 0.5, false, 0, Clip.MINMAX, null, false), 0);
    Weights weights = weights(op);
    assertThatThrownBy(() -> run(op, weights, kernel, StatisticsSource.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("m has treatments");
  }

  private record Weights(float[] weight, float[] bias) {}

  private static Weights weights(Op.Matrix op) {
    TorchRandom random = new TorchRandom(2);
    return new Weights(random.randn(Math.toIntExact(op.rows() * op.columns())),
        op.bias() ? random.randn(Math.toIntExact(op.rows())) : new float[(int) op.rows()]);
  }

  private static Weights amounts(Op.Matrix op, Weights stored, Treatments treatments, int boundary,
      List<LayerStatistics> statistics) {
    int rows = (int) op.rows();
    int columns = (int) op.columns();
    int taps = columns / channels(op);
    float[] weight = new float[rows * columns];
    float[] bias = stored.bias.clone();
    int from = 0;
    for (LayerStatistics part : statistics) {
      int width = part.channels() * taps;
      float[] own = new float[rows * width];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(stored.weight, row * columns + from, own, row * width, width);
      }
      TreatedWeight treated =
          TreatedWeight.of(own, rows, taps, SCHEME, treatments, part);
      float[] whole = treated.integers().dequantize();
      LowRank branch = treated.lowRank();
      for (int i = 0; branch != null && i < whole.length; i++) {
        for (int k = 0; k < branch.rank(); k++) {
          whole[i] += branch.left()[i / width * branch.rank() + k]
              * branch.right()[k * width + i % width];
        }
      }
      if (treatments.rotate()) {
        Hadamard.rotate(whole, rows, part.channels(), taps);
      }
      float[] smooth = treated.smooth();
      float[] shift = treated.shift();
      for (int i = 0; i < whole.length; i++) {
        float divisor = smooth == null ? 1 : smooth[i % width / taps];
        weight[i / width * columns + from + i % width] = whole[i] / divisor;
      }
      for (int row = 0; shift != null && row < rows; row++) {
        bias[row] += shift[row];
      }
      from += width;
    }
    assertThat(boundary == 0 ? 1 : 2).isEqualTo(statistics.size());
    return new Weights(weight, bias);
  }

  private static LayerStatistics statistics(Op.Matrix op, int channels) {
    int columns = Math.toIntExact(op.columns() / channels(op) * channels);
    TorchRandom random = new TorchRandom(channels);
    float[] mean = random.randn(channels);
    float[] largest = new float[channels];
    for (int i = 0; i < channels; i++) {
      largest[i] = Math.abs(mean[i]) + 1 + i % 5;
    }
    int samples = 2 * columns;
    float[] x = random.randn(samples * columns);
    float[] hessian = new float[columns * columns];
    for (int s = 0; s < samples; s++) {
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < columns; j++) {
          hessian[i * columns + j] += x[s * columns + i] * x[s * columns + j];
        }
      }
    }
    return new LayerStatistics(mean, largest, hessian);
  }

  private float[] run(Op.Matrix op, Weights weights, Kernel kernel, StatisticsSource statistics)
      throws IOException {
    Shape in = switch (op) {
      case Op.Linear l -> Shape.of(Dim.of(2), Dim.of(24), Dim.of(l.in()));
      case Op.Conv2d c -> Shape.of(Dim.of(2), Dim.of(c.in()), Dim.of(12), Dim.of(10));
    };
    Value x = new Value(0, in);
    Value y = new Value(1, in);
    Graph graph =
        new Graph("layer", named("x", x), List.of(new Node("m", op, List.of(x), y)), named("y", y));
    try (SafetensorsFile file = SafetensorsFile.open(write(op, weights));
        Scope scope = torch.scope();
        LoweredNetwork network = new Lowering(torch, tools).load(graph, file, Map.of("m", kernel),
            new AttentionKernel(ScalarType.F32, false), Map.of(), Map.of(), true, statistics)) {
      long[] dims = in.at(Map.of());
      int n = 1;
      for (long d : dims) {
        n *= (int) d;
      }
      return Objects.requireNonNull(network
          .run(scope, Map.of("x", scope.of(new TorchRandom(1).randn(n), dims)))
          .get("y")).floats();
    }
  }

  private Path write(Op.Matrix op, Weights weights) throws IOException {
    Path file = folder.resolve("weights.safetensors");
    List<NamedTensor> tensors = new ArrayList<>();
    for (Parameter p : op.parameters()) {
      tensors.add(NamedTensor.floats("m." + p.name(), p.shape(),
          p.name().equals("bias") ? weights.bias : weights.weight));
    }
    SafetensorsWriter.write(file, Map.of(), tensors);
    return file;
  }

  private static Op.Matrix biased(Op.Matrix op) {
    return switch (op) {
      case Op.Linear l -> new Op.Linear(l.in(), l.out(), true);
      case Op.Conv2d c -> new Op.Conv2d(c.in(), c.out(), c.kernel(), c.stride(), c.padding(),
          c.padAfter(), true);
    };
  }

  private static int channels(Op.Matrix op) {
    return switch (op) {
      case Op.Linear l -> l.in();
      case Op.Conv2d c -> c.in();
    };
  }

  private static SequencedMap<String, Value> named(String name, Value value) {
    SequencedMap<String, Value> map = new LinkedHashMap<>();
    map.put(name, value);
    return map;
  }
}
