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
import io.granular.engine.quant.ActivationScheme.Range;
import io.granular.engine.quant.AffineQuantizer;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel against the arithmetic it stands for, on one layer of each kind. */
class KernelTest {
  private static Torch torch;
  private static PackTools tools;
  private static Capabilities machine;

  @TempDir
  Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    tools = PackTools.compile();
    machine = KernelProbe.probe(torch).capabilities();
  }

  @AfterAll
  static void stop() {
    tools.close();
    torch.close();
  }

  static Stream<Op.Matrix> layers() {
    return Stream.of(new Op.Linear(96, 160, true), new Op.Linear(64, 33, false),
        new Op.Conv2d(32, 48, 3, 1, 1, 0, true),
        new Op.Conv2d(32, 32, 3, 2, 1, 0, true), new Op.Conv2d(32, 16, 3, 2, 0, 1, true),
        new Op.Conv2d(64, 24, 1, 1, 0, 0, true));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void oneDnnEqualsAten(Op.Matrix op) throws IOException {
    float[] expected = run(op, new FloatKernel(ScalarType.F32, false));
    assertThat(Statistics.maxRelative(expected,
        run(op, new FloatKernel(ScalarType.F32, machine.oneDnn()))))
        .isLessThan(1e-5);
    assertThat(Statistics.maxRelative(expected,
        run(op, new HalfStorageKernel(ScalarType.F16, machine.oneDnn()))))
        .isLessThan(2e-3);
    assertThat(Statistics.maxRelative(expected,
        run(op, new HalfStorageKernel(ScalarType.BF16, machine.oneDnn()))))
        .isLessThan(1e-2);
    if (machine.bf16()) {
      assertThat(Statistics.maxRelative(expected, run(op, new FloatKernel(ScalarType.BF16, true))))
          .isLessThan(2e-2);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void weightOnlyComputesWithTheDequantizedWeights(Op.Matrix op) throws IOException {
    List<Granularity> granularities =
        new ArrayList<>(List.of(new Granularity.PerTensor(), new Granularity.PerAxis(0)));
    granularities.add(new Granularity.PerGroup(16));
    for (int bits = 2; bits <= 8; bits++) {
      for (Granularity granularity : granularities) {
        for (Mapping mapping : Mapping.values()) {
          WeightScheme scheme = new WeightScheme(bits, granularity, mapping);
          float[] expected = run(op, new SimulatedKernel(scheme, null));
          for (boolean onednn : List.of(false, machine.oneDnn())) {
            float[] actual = run(op, new WeightOnlyKernel(scheme, ScalarType.F32, onednn));
            assertThat(Statistics.maxRelative(expected, actual)).as(scheme.toString())
                .isLessThan(1e-5);
          }
          if (machine.bf16()) {
            float[] actual = run(op, new WeightOnlyKernel(scheme, ScalarType.BF16, true));
            assertThat(Statistics.maxRelative(expected, actual)).as(scheme.toString())
                .isLessThan(2e-2);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void ggufComputesWithTheDequantizedWeights(Op.Matrix op) throws IOException {
    for (GgmlType type : GgmlType.writable()) {
      float[] expected = run(op, new SimulatedKernel(type, null));
      for (boolean onednn : List.of(false, machine.oneDnn())) {
        float[] actual = run(op, new GgufKernel(type, ScalarType.F32, onednn));
        assertThat(Statistics.maxRelative(expected, actual)).as(type.word()).isLessThan(1e-5);
      }
      if (machine.bf16()) {
        float[] actual = run(op, new GgufKernel(type, ScalarType.BF16, true));
        assertThat(Statistics.maxRelative(expected, actual)).as(type.word()).isLessThan(2e-2);
      }
      long bytes = op.rows() * op.columns() / 32 * type.bytes() + (op.bias() ? op.rows() * 4 : 0);
      assertThat(new GgufKernel(type, ScalarType.F32, false).cost(op).total()).isEqualTo(bytes);
    }
  }

  /** The weight is 127 times the identity, which is its own integers, so that the input is left to see. */
  @Test
  void simulatedActivationsAreThoseOfTheQuantizer() throws IOException {
    Op.Linear op = new Op.Linear(64, 64, false);
    float[] identity = new float[64 * 64];
    for (int i = 0; i < 64; i++) {
      identity[i * 65] = 127;
    }
    WeightScheme exact =
        new WeightScheme(8, new Granularity.PerTensor(), Mapping.SYMMETRIC_NO_CLIPPING_ERR);
    float[] x = new TorchRandom(1).randn(2 * 24 * 64);
    for (int bits = 2; bits <= 8; bits++) {
      for (Mapping mapping : Mapping.values()) {
        for (Granularity granularity : List.of(new Granularity.PerTensor(),
            new Granularity.PerToken())) {
          ActivationScheme scheme = new ActivationScheme(bits, granularity, mapping, Range.DYNAMIC);
          float[] expected = AffineQuantizer.fakeQuantize(x, 48, 64, scheme);
          for (int i = 0; i < expected.length; i++) {
            expected[i] *= 127;
          }
          assertThat(run(op, new SimulatedKernel(exact, scheme), identity))
              .as(scheme.toString())
              .usingComparatorWithPrecision(0f)
              .containsExactly(expected);
        }
      }
    }
  }

  @Test
  void everythingIsSimulatedIfAsked() {
    Kernels kernels = new Kernels(machine, true);
    Op.Linear op = new Op.Linear(64, 64, true);
    WeightScheme eight = new WeightScheme(8, new Granularity.PerAxis(0), Mapping.SYMMETRIC);
    ActivationScheme dynamic =
        new ActivationScheme(8, new Granularity.PerToken(), Mapping.SYMMETRIC, Range.DYNAMIC);
    ActivationScheme fixed =
        new ActivationScheme(8, new Granularity.PerTensor(), Mapping.SYMMETRIC, Range.STATIC);
    for (Scheme scheme : List.of(new Scheme.Integers(eight, null, Scheme.Method.PTQ),
        new Scheme.Integers(eight, dynamic, Scheme.Method.PTQ),
        new Scheme.Integers(eight, fixed, Scheme.Method.PTQ),
        new Scheme.Blocks(GgmlType.Q4_0))) {
      Kernels.Choice choice = kernels.choose(op, scheme, new ValueRange(-1, 1));
      assertThat(choice.kernel().simulated()).as(scheme.toString()).isTrue();
      assertThat(choice.note()).contains("simulated as asked");
    }
    assertThat(kernels.choose(op, new Scheme.Keep(ScalarType.F32)).kernel().simulated()).isFalse();
  }

  @Test
  void weightsBeyondHalfPrecisionScalesAreRefused() {
    float[] huge = new float[64 * 64];
    huge[77] = 1e9f;
    for (Kernel kernel : List.of(new GgufKernel(GgmlType.Q4_0, ScalarType.F32, false),
        new SimulatedKernel(GgmlType.Q4_0, null))) {
      assertThatThrownBy(() -> run(new Op.Linear(64, 64, false), kernel, huge))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("m.weight holds numbers too large")
          .hasMessageContaining("bf16");
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void int8EqualsQuantizeDequantize(Op.Matrix op) throws IOException {
    for (int bits : List.of(8, 4, 3)) {
      for (Mapping mapping : Mapping.values()) {
        int8EqualsQuantizeDequantize(op, bits, new Granularity.PerTensor(), mapping);
        int8EqualsQuantizeDequantize(op, bits, new Granularity.PerToken(), mapping);
      }
    }
  }

  private void int8EqualsQuantizeDequantize(Op.Matrix op, int weightBits, Granularity granularity,
      Mapping mapping) throws IOException {
    WeightScheme weights =
        new WeightScheme(weightBits, new Granularity.PerAxis(0), Mapping.SYMMETRIC);
    ActivationScheme asked = new ActivationScheme(8, granularity, mapping, Range.DYNAMIC);
    Kernels.Choice choice =
        new Kernels(machine).choose(op, new Scheme.Integers(weights, asked, Scheme.Method.PTQ));
    boolean perToken = granularity instanceof Granularity.PerToken && op instanceof Op.Linear;
    assertThat(choice.kernel().simulated()).as("%s %s", granularity, mapping)
        .isEqualTo(!machine.int8() || perToken && mapping == Mapping.ASYMMETRIC);
    if (choice.kernel() instanceof Int8DynamicKernel kernel) {
      ActivationScheme used = new ActivationScheme(machine.wideInt8() ? 8 : 7,
          kernel.activations().granularity(), mapping, Range.DYNAMIC);
      float[] expected = run(op, new SimulatedKernel(weights, used));
      // A tie may round the other way; seven bits also leave the one code above the largest unclipped.
      assertThat(Statistics.maxRelative(expected, run(op, kernel)))
          .as("%d bit, %s %s", weightBits, granularity, mapping)
          .isLessThan(machine.wideInt8() ? 1e-3 : 1e-2);
    }
  }

  /** Numbers outside the range are clipped, so it matters which range it is. */
  @ParameterizedTest
  @MethodSource("layers")
  void staticInt8EqualsQuantizeDequantize(Op.Matrix op) throws IOException {
    ValueRange range = new ValueRange(-1.5f, 2.25f);
    int bits = machine.wideInt8() ? 8 : 7;
    for (Granularity granularity : List.of(new Granularity.PerTensor(),
        new Granularity.PerAxis(0))) {
      WeightScheme weights = new WeightScheme(8, granularity, Mapping.SYMMETRIC);
      for (Mapping mapping : Mapping.values()) {
        ActivationScheme asked =
            new ActivationScheme(8, new Granularity.PerTensor(), mapping, Range.STATIC);
        Kernels.Choice choice = new Kernels(machine).choose(op,
            new Scheme.Integers(weights, asked, Scheme.Method.PTQ), range);
        assertThat(choice.kernel().simulated()).isEqualTo(!machine.int8());
        ActivationScheme used =
            new ActivationScheme(bits, new Granularity.PerTensor(), mapping, Range.STATIC);
        float[] expected = run(op, new SimulatedStaticKernel(weights, used, range));
        assertThat(Statistics.maxRelative(expected, run(op, choice.kernel())))
            .as("%s %s", granularity, mapping)
            .isLessThan(2e-3);
        float[] wider =
            run(op, new SimulatedStaticKernel(weights, used, new ValueRange(-4, 4)));
        assertThat(Statistics.maxRelative(expected, wider)).isGreaterThan(2e-2);
      }
    }
  }

  @Test
  void staticSchemesWithoutARangeArePlannedButNotPacked() {
    Op.Linear op = new Op.Linear(64, 64, true);
    ActivationScheme asked = new ActivationScheme(8, new Granularity.PerTensor(),
        Mapping.SYMMETRIC, Range.STATIC);
    WeightScheme weights = new WeightScheme(8, new Granularity.PerAxis(0), Mapping.SYMMETRIC);
    Kernels.Choice choice =
        new Kernels(machine).choose(op, new Scheme.Integers(weights, asked, Scheme.Method.PTQ));
    assertThat(choice.kernel().uncalibrated()).isTrue();
    assertThat(choice.note()).contains("not calibrated yet");
    assertThatThrownBy(() -> run(op, choice.kernel())).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("m has a static range that was not calibrated");
  }

  @Test
  void schemesWithoutAKernelAreSimulated() {
    Kernels kernels = new Kernels(machine);
    Op.Linear op = new Op.Linear(64, 64, true);
    WeightScheme grouped = new WeightScheme(4, new Granularity.PerGroup(32), Mapping.ASYMMETRIC);
    ActivationScheme four =
        new ActivationScheme(4, new Granularity.PerToken(), Mapping.SYMMETRIC, Range.DYNAMIC);
    Kernels.Choice choice =
        kernels.choose(op, new Scheme.Integers(grouped, four, Scheme.Method.PTQ));
    assertThat(choice.kernel().simulated()).isTrue();
    assertThat(choice.note()).isNotEmpty();
  }

  @Test
  void processorsWithoutBf16StoreItOnly() {
    Kernels.Choice choice =
        new Kernels(Capabilities.NONE).choose(new Op.Linear(64, 64, true),
            new Scheme.Keep(ScalarType.BF16));
    assertThat(choice.kernel()).isEqualTo(new HalfStorageKernel(ScalarType.BF16, false));
    assertThat(choice.note()).contains("fp32");
  }

  private float[] run(Op.Matrix op, Kernel kernel) throws IOException {
    return run(op, kernel, null);
  }

  /** @param weight null for random numbers */
  private float[] run(Op.Matrix op, Kernel kernel, float @Nullable [] weight) throws IOException {
    Shape in = switch (op) {
      case Op.Linear l -> Shape.of(Dim.of(2), Dim.of(24), Dim.of(l.in()));
      case Op.Conv2d c -> Shape.of(Dim.of(2), Dim.of(c.in()), Dim.of(12), Dim.of(10));
    };
    Value x = new Value(0, in);
    Value y = new Value(1, in);
    Graph graph =
        new Graph("layer", named("x", x), List.of(new Node("m", op, List.of(x), y)), named("y", y));
    try (SafetensorsFile weights = SafetensorsFile.open(weights(op, weight));
        Scope scope = torch.scope();
        LoweredNetwork network =
            new Lowering(torch, tools).load(graph, weights, Map.of("m", kernel), Map.of())) {
      long[] dims = in.at(Map.of());
      int n = 1;
      for (long d : dims) {
        n *= (int) d;
      }
      Tensor input = scope.of(new TorchRandom(1).randn(n), dims);
      float[] first =
          Objects.requireNonNull(network.run(scope, Map.of("x", input)).get("y")).floats();
      // The second run reads the same packed memory after much else was allocated.
      scope.of(new float[1 << 20], 1 << 20);
      assertThat(Objects.requireNonNull(network.run(scope, Map.of("x", input)).get("y")).floats())
          .isEqualTo(first);
      return first;
    }
  }

  private Path weights(Op.Matrix op, float @Nullable [] weight) throws IOException {
    Path file = folder.resolve("weights.safetensors");
    TorchRandom random = new TorchRandom(2);
    List<NamedTensor> tensors = new ArrayList<>();
    for (Parameter p : op.parameters()) {
      float[] values = weight != null && p.name().equals("weight") ? weight
          : random.randn((int) p.elements());
      tensors.add(NamedTensor.floats("m." + p.name(), p.shape(), values));
    }
    SafetensorsWriter.write(file, Map.of(), tensors);
    return file;
  }

  private static SequencedMap<String, Value> named(String name, Value value) {
    SequencedMap<String, Value> map = new LinkedHashMap<>();
    map.put(name, value);
    return map;
  }
}
