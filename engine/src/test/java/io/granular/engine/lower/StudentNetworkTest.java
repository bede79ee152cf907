package io.granular.engine.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.ActivationScheme.Range;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.Scheme.Method;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.PipelineFolder;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The U-Net of a small pipeline as a student. */
class StudentNetworkTest {
  private static final Path MODEL = Path.of("src/test/goldens/tiny-sd1");
  private static final Map<String, Long> SIZES =
      Map.of("batch", 2L, "tokens", 77L, "height", 16L, "width", 16L);
  private static final float NUDGED = 1 + 1e-6f;
  private static Torch torch;
  private static PackTools tools;
  private static PipelineFolder model;
  private static Graph graph;
  private static Scope scope;
  private static StudentNetwork.Lesson lesson;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    tools = PackTools.compile();
    model = PipelineFolder.open(MODEL);
    graph = Objects.requireNonNull(PipelineGraphs.of(model).networks().get("unet"));
    scope = torch.scope();
    try (SafetensorsFile file =
        SafetensorsFile.open(MODEL.resolve("expected/gradients.safetensors"))) {
      Map<String, Tensor> arguments = new LinkedHashMap<>();
      graph.inputs().keySet().forEach(name -> arguments.put(name, tensor(file, name)));
      Tensor target = tensor(file, "target");
      float[] ones = new float[Math.toIntExact(target.shape()[0])];
      Arrays.fill(ones, 1);
      lesson = new StudentNetwork.Lesson(arguments, target, scope.of(ones, ones.length));
    }
  }

  @AfterAll
  static void stop() {
    scope.close();
    model.close();
    tools.close();
    torch.close();
  }

  @Test
  void aStepIsAdamWs() {
    AdamW optimizer = new AdamW(0.9, 0.99, 1e-3, 0.1, 0.01);
    Set<String> names;
    try (TrainableNetwork exact =
        new TrainableNetwork(torch, graph, weights(), Map.of(), SIZES);
        StudentNetwork student = new StudentNetwork(torch, graph, weights(),
            new StudentPlan(Map.of(),
                new LinkedHashSet<>(exact.parameters().keySet())),
            optimizer, SIZES, 0);
        Scope results = torch.scope()) {
      names = exact.parameters().keySet();
      TrainableNetwork.Gradients expected =
          exact.gradients(results, lesson.arguments(), lesson.target());
      double norm = 0;
      for (Tensor gradient : expected.gradients().values()) {
        for (float g : gradient.floats()) {
          norm += (double) g * g;
        }
      }
      norm = Math.sqrt(norm);
      StudentNetwork.Step step = student.learn(lesson, 1, 0.5, 0.25);
      assertThat(step.loss()).isCloseTo(expected.loss(), within(1e-5 * expected.loss()));
      assertThat(step.norm()).isCloseTo(norm, within(1e-4 * norm)).isGreaterThan(0.01);
      for (String name : names) {
        float[] before = at(exact.parameters(), name);
        float[] after = at(student.parameters(), name);
        float[] average = at(student.averaged(), name);
        float[] gradient = at(expected.gradients(), name);
        for (int i = 0; i < before.length; i += 7) {
          double g = gradient[i] * 0.01 / norm;
          double wanted = before[i] * (1 - 0.5 * 0.1) - 0.5 * g / (Math.abs(g) + 1e-3);
          assertThat((double) after[i]).as(name).isCloseTo(wanted, within(1e-5));
          assertThat((double) average[i]).as(name)
              .isCloseTo(before[i] + 0.25 * (after[i] - before[i]), within(1e-6));
        }
      }
    }
  }

  /** What is trained is what runs: against quantize-dequantize of the stored integers, and against the real kernels. */
  @ParameterizedTest
  @CsvSource({"4,SYMMETRIC,0,", "3,ASYMMETRIC,32,", "8,SYMMETRIC,0,SYMMETRIC",
      "4,SYMMETRIC_NO_CLIPPING_ERR,0,ASYMMETRIC"})
  void seesWhatQuantizedLayersCompute(int bits, Mapping mapping, int group,
      @Nullable Mapping inputs) {
    WeightScheme scheme = new WeightScheme(bits,
        group == 0 ? new Granularity.PerAxis(0) : new Granularity.PerGroup(group), mapping);
    ActivationScheme activations = inputs == null ? null
        : new ActivationScheme(8, new Granularity.PerToken(), inputs, Range.DYNAMIC);
    Map<String, StudentPlan.Layer> layers = new LinkedHashMap<>();
    Kernels kernels = new Kernels(KernelProbe.probe(torch).capabilities());
    Map<String, Kernel> simulated = new LinkedHashMap<>();
    Map<String, Kernel> real = new LinkedHashMap<>();
    graph.modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix op) {
        boolean quantized = group == 0 || op.columns() % group == 0;
        if (quantized) {
          layers.put(module, new StudentPlan.Layer(scheme, activations));
        }
        FloatKernel exact = new FloatKernel(ScalarType.F32, false);
        simulated.put(module, quantized ? new SimulatedKernel(scheme, activations) : exact);
        real.put(module, quantized
            ? kernels.choose(op, new Scheme.Integers(scheme, activations, Method.QAT)).kernel()
            : exact);
      }
    });
    try (StudentNetwork student = new StudentNetwork(torch, graph, weights(),
        new StudentPlan(layers, weightsOf(layers.keySet())), AdamW.USUAL, SIZES, 0);
        Scope results = torch.scope()) {
      float[] seen = student.predict(results, lesson).floats();
      assertThat(distance(seen, run(results, simulated))).isLessThan(1e-4);
      double apart = distance(seen, run(results, real));
      if (inputs == null) {
        // Dequantized weights are bf16 in the kernel.
        assertThat(apart).isLessThan(0.03);
      } else {
        // The arithmetic is the same, but an input that lies between two integers falls to either side with the last bit of
        // a sum, and a random network makes much of it: no more than of the same sums an ulp or so away.
        assertThat(apart).isLessThan(3 * distance(run(results, simulated, NUDGED), seen));
      }
      assertThat(distance(seen, exact(results))).isGreaterThan(0.04);
      // The same numbers while it learns.
      double loss = student.loss(lesson);
      assertThat(student.learn(lesson, 1, 1e-3, 1).loss()).isCloseTo(loss, within(1e-3 * loss));
      for (int i = 0; i < 4; i++) {
        student.learn(lesson, i + 2, 1e-3, 1);
      }
      assertThat(student.loss(lesson)).isLessThan(0.95 * loss);
    }
  }

  @Test
  void nothingElseChanges() {
    String module = "mid_block.attentions.0.proj_in";
    WeightScheme scheme = new WeightScheme(4, new Granularity.PerTensor(), Mapping.SYMMETRIC);
    try (StudentNetwork student = new StudentNetwork(torch, graph, weights(),
        new StudentPlan(Map.of(module, new StudentPlan.Layer(scheme, null)),
            weightsOf(Set.of(module))),
        AdamW.USUAL, SIZES, 0)) {
      Map<String, float[]> before = new LinkedHashMap<>();
      student.parameters().forEach((name, p) -> before.put(name, p.floats()));
      student.learn(lesson, 1, 1e-3, 0.5);
      before.forEach((name, p) -> {
        boolean same = Arrays.equals(p, at(student.parameters(), name));
        assertThat(same).as(name).isEqualTo(!name.equals(module + ".weight"));
      });
    }
  }

  @Test
  void whatCannotBeTrainedSaysSo() {
    assertThatThrownBy(() -> new StudentNetwork(torch, graph, weights(),
        new StudentPlan(Map.of(), weightsOf(Set.of("mid_block.nothing"))), AdamW.USUAL, SIZES,
        0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mid_block.nothing");
  }

  private static LinkedHashSet<String> weightsOf(Set<String> modules) {
    LinkedHashSet<String> names = new LinkedHashSet<>();
    modules.forEach(module -> names.add(module + ".weight"));
    return names;
  }

  private static float[] run(Scope results, Map<String, Kernel> kernels) {
    return run(results, kernels, 1);
  }

  /** @param factor of the sample */
  private static float[] run(Scope results, Map<String, Kernel> kernels, float factor) {
    Map<String, Tensor> arguments = new LinkedHashMap<>(lesson.arguments());
    Tensor sample = Objects.requireNonNull(arguments.get("sample"));
    float[] values = sample.floats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    arguments.put("sample", results.of(values, sample.shape()));
    try (LoweredNetwork network = new Lowering(torch, tools).load(graph, weights(), kernels,
        new AttentionKernel(ScalarType.F32, false), SIZES)) {
      return at(network.run(results, arguments), "sample");
    }
  }

  private static float[] exact(Scope results) {
    Map<String, Kernel> kernels = new LinkedHashMap<>();
    graph.modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix) {
        kernels.put(module, new FloatKernel(ScalarType.F32, false));
      }
    });
    return run(results, kernels);
  }

  /** Of the second's norm. */
  private static double distance(float[] a, float[] b) {
    double error = 0;
    double whole = 0;
    for (int i = 0; i < b.length; i++) {
      error += Math.pow(a[i] - b[i], 2);
      whole += Math.pow(b[i], 2);
    }
    return Math.sqrt(error / whole);
  }

  private static float[] at(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name)).floats();
  }

  private static TensorSource weights() {
    return model.component("unet").tensors();
  }

  private static Tensor tensor(SafetensorsFile file, String name) {
    TensorInfo info = file.info(name);
    float[] values = new float[Math.toIntExact(info.elements())];
    FloatReader.of(file.data(name), info.dtype()).read(0, values, values.length);
    return scope.of(values, info.dims());
  }
}
