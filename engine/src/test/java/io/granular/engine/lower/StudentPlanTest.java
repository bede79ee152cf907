package io.granular.engine.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.granular.engine.lower.StudentNetwork.Lesson;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.network.Value;
import io.granular.engine.quant.AffineQuantizer;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.PipelineFolder;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a student may train, and how. */
class StudentPlanTest {
  private static final Path MODEL = Path.of("src/test/goldens/tiny-sd1");
  private static final Map<String, Long> SIZES =
      Map.of("batch", 2L, "tokens", 77L, "height", 16L, "width", 16L);
  private static Torch torch;
  private static PipelineFolder model;
  private static Graph graph;
  private static Scope scope;
  private static Map<String, Tensor> arguments;
  private static Tensor target;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    model = PipelineFolder.open(MODEL);
    graph = Objects.requireNonNull(PipelineGraphs.of(model).networks().get("unet"));
    scope = torch.scope();
    try (SafetensorsFile file =
        SafetensorsFile.open(MODEL.resolve("expected/gradients.safetensors"))) {
      arguments = new LinkedHashMap<>();
      graph.inputs().keySet().forEach(name -> arguments.put(name, tensor(file, name)));
      target = tensor(file, "target");
    }
  }

  @AfterAll
  static void stop() {
    scope.close();
    model.close();
    torch.close();
  }

  private static WeightScheme scheme(int bits, Mapping mapping, int group) {
    return new WeightScheme(bits,
        group == 0 ? new Granularity.PerAxis(0) : new Granularity.PerGroup(group), mapping);
  }

  private static SequencedMap<String, StudentPlan.Layer> layers(WeightScheme scheme, int group) {
    SequencedMap<String, StudentPlan.Layer> layers = new LinkedHashMap<>();
    graph.modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix op && (group == 0 || op.columns() % group == 0)) {
        layers.put(module, new StudentPlan.Layer(scheme, null));
      }
    });
    return layers;
  }

  private static SequencedSet<String> parameters(Set<String> modules) {
    SequencedSet<String> names = new LinkedHashSet<>();
    graph.modules().forEach((module, node) -> {
      if (modules.contains(module)) {
        node.op().parameters().forEach(p -> names.add(module + "." + p.name()));
      }
    });
    return names;
  }

  private static StudentNetwork student(Graph of, StudentPlan plan) {
    return new StudentNetwork(torch, of, weights(), plan, AdamW.USUAL, SIZES, 5);
  }

  /** The gradient of each trained number, seen in AdamW's first moment. */
  private static SequencedMap<String, float[]> means(StudentNetwork student) {
    SequencedMap<String, float[]> means = new LinkedHashMap<>();
    student.state().forEach((name, tensor) -> {
      if (name.startsWith("mean/")) {
        means.put(name, tensor.floats());
      }
    });
    return means;
  }

  /** Some gradients are nothing but rounding, such as of a bias before a norm: errors are measured against the mean, too. */
  private static void same(Map<String, float[]> a, Map<String, float[]> b, double tolerance) {
    assertThat(a.keySet()).isEqualTo(b.keySet()).isNotEmpty();
    double whole = 0;
    long count = 0;
    for (float[] x : b.values()) {
      for (float v : x) {
        whole += (double) v * v;
        count++;
      }
    }
    double mean = Math.sqrt(whole / count);
    a.forEach((name, x) -> {
      float[] y = Objects.requireNonNull(b.get(name));
      float[] zero = new float[x.length];
      assertThat(norm(x, y)).as(name)
          .isLessThan(tolerance * (norm(y, zero) + mean * Math.sqrt(x.length)));
    });
  }

  private static double norm(float[] a, float[] b) {
    double error = 0;
    for (int i = 0; i < b.length; i++) {
      error += Math.pow(a[i] - b[i], 2);
    }
    return Math.sqrt(error);
  }

  private static double distance(float[] a, float[] b) {
    double error = 0;
    double whole = 1e-30;
    for (int i = 0; i < b.length; i++) {
      error += Math.pow(a[i] - b[i], 2);
      whole += Math.pow(b[i], 2);
    }
    return Math.sqrt(error / whole);
  }

  /** Recomputed blocks give the gradients of kept ones, whatever is trained. */
  @ParameterizedTest
  @CsvSource({"all", "some", "scales", "corrections"})
  void recomputingChangesNothing(String what) {
    SequencedMap<String, StudentPlan.Layer> layers =
        layers(scheme(4, Mapping.SYMMETRIC, 0), 0);
    Set<String> some = Set.of("mid_block.attentions.0.transformer_blocks.0.attn1.to_q",
        "up_blocks.0.resnets.0.conv1");
    StudentPlan kept = switch (what) {
      case "all" -> plan(layers, parameters(graph.modules().keySet()), Set.of(), Set.of(), false);
      case "some" -> plan(layers, parameters(some), Set.of(), Set.of(), false);
      case "scales" -> plan(layers, parameters(Set.of()), layers.keySet(), Set.of(), false);
      default -> plan(layers, parameters(Set.of()), Set.of(), layers.keySet(), false);
    };
    StudentPlan again = new StudentPlan(kept.layers(), kept.parameters(), kept.scales(), 1,
        kept.corrected(), kept.rank(), true, true, false, 0);
    try (StudentNetwork one = student(graph, kept); StudentNetwork other = student(graph, again)) {
      StudentNetwork.Step a = one.learn(lesson(List.of()), 1, 1e-3, 0.5);
      StudentNetwork.Step b = other.learn(lesson(List.of()), 1, 1e-3, 0.5);
      assertThat(b.loss()).isCloseTo(a.loss(), within(1e-6 * a.loss()));
      assertThat(b.norm()).isCloseTo(a.norm(), within(1e-5 * a.norm())).isPositive();
      same(means(one), means(other), 1e-5);
    }
  }

  private static StudentPlan plan(Map<String, StudentPlan.Layer> layers,
      SequencedSet<String> parameters, Set<String> scales, Set<String> corrected,
      boolean accumulate) {
    return new StudentPlan(layers, parameters, scales, 1, corrected, 3, false, true, accumulate,
        0);
  }

  /** Two halves of a batch make the step of the whole. */
  @Test
  void severalBatchesMakeOneStep() {
    SequencedMap<String, StudentPlan.Layer> layers =
        layers(scheme(4, Mapping.SYMMETRIC, 0), 0);
    SequencedSet<String> trained = parameters(layers.keySet());
    try (
        StudentNetwork whole =
            student(graph, plan(layers, trained, Set.of(), Set.of(), false));
        StudentNetwork parts =
            student(graph, plan(layers, trained, Set.of(), Set.of(), true));
        Scope own = torch.scope()) {
      for (int step = 1; step < 3; step++) {
        StudentNetwork.Step expected = whole.learn(lesson(List.of()), step, 1e-3, 0.5);
        double loss = 0;
        for (int half = 0; half < 2; half++) {
          loss += parts.accumulate(half(own, half), 2).loss() / 2;
        }
        double norm = parts.apply(step, 1e-3, 0.5);
        // The second step begins from parameters that differ in their last bits, which move a few ties.
        double tolerance = step == 1 ? 1e-4 : 1e-2;
        assertThat(loss).isCloseTo(expected.loss(), within(tolerance * loss));
        assertThat(norm).isCloseTo(expected.norm(), within(tolerance * norm));
        if (step == 1) {
          same(means(parts), means(whole), 1e-4);
        }
      }
    }
  }

  private static Lesson half(Scope own, int half) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    arguments.forEach((name, tensor) -> part.put(name, half(own, tensor, half)));
    return new Lesson(part, half(own, target, half), own.of(new float[]{1}, 1));
  }

  private static Tensor half(Scope own, Tensor tensor, int half) {
    float[] all = tensor.floats();
    long[] shape = tensor.shape().clone();
    shape[0] /= 2;
    int length = all.length / 2;
    return own.of(Arrays.copyOfRange(all, half * length, (half + 1) * length), shape);
  }

  /** What is written quantizes to what was trained, and everything else stays as it was. */
  @ParameterizedTest
  @CsvSource({"4,SYMMETRIC,0,false", "3,SYMMETRIC,32,false", "2,SYMMETRIC,32,true",
      "4,ASYMMETRIC,0,true", "3,ASYMMETRIC,32,false", "4,SYMMETRIC_NO_CLIPPING_ERR,32,true",
      "8,SYMMETRIC,0,true"})
  void learnedScalesAreWritten(int bits, Mapping mapping, int group, boolean weightsToo) {
    WeightScheme scheme = scheme(bits, mapping, group);
    SequencedMap<String, StudentPlan.Layer> layers = layers(scheme, group);
    SequencedSet<String> parameters =
        parameters(weightsToo ? layers.keySet() : Set.<String>of());
    StudentPlan plan = new StudentPlan(layers, parameters, layers.keySet(), 30, Set.of(), 0,
        false, true, false, 0);
    try (StudentNetwork student = student(graph, plan); Scope results = torch.scope()) {
      double before = student.loss(lesson(List.of()));
      for (int step = 1; step <= 6; step++) {
        student.learn(lesson(List.of()), step, 1e-3, 1);
      }
      assertThat(student.loss(lesson(List.of()))).isLessThan(before);
      SequencedMap<String, float[]> written = new LinkedHashMap<>();
      student.changed().keySet().forEach(name -> written.put(name, student.written(name)));
      assertThat(written.keySet().stream().filter(n -> n.endsWith(".weight")))
          .hasSize(layers.size());

      // A student that begins with what was written sees what this one sees.
      TensorSource source = new Overlay(weights(), written);
      try (StudentNetwork reader = new StudentNetwork(torch, graph, source,
          new StudentPlan(layers, parameters(layers.keySet())), AdamW.USUAL, SIZES, 0)) {
        float[] seen = student.predict(results, lesson(List.of())).floats();
        assertThat(distance(reader.predict(results, lesson(List.of())).floats(), seen))
            .isLessThan(bits == 8 ? 1e-4 : 1e-5);
      }
      String module = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
      Op.Matrix op = StudentPlan.matrix(graph, module);
      float[] stored = floats(weights(), module + ".weight");
      float[] learned = Objects.requireNonNull(written.get(module + ".weight"));
      assertThat(AffineQuantizer.quantize(FloatReader.of(learned), (int) op.rows(),
          (int) op.columns(), scheme).scale())
          .isNotEqualTo(AffineQuantizer.quantize(FloatReader.of(stored), (int) op.rows(),
              (int) op.columns(), scheme).scale());
    }
  }

  @Test
  void correctionsAreMerged() {
    SequencedMap<String, StudentPlan.Layer> layers =
        layers(scheme(4, Mapping.SYMMETRIC, 32), 32);
    StudentPlan plan = new StudentPlan(layers, parameters(Set.of()), Set.of(), 1,
        layers.keySet(), 2, false, true, false, 0);
    try (StudentNetwork student = student(graph, plan); Scope results = torch.scope()) {
      double before = student.loss(lesson(List.of()));
      for (int step = 1; step <= 8; step++) {
        student.learn(lesson(List.of()), step, 2e-3, 1);
      }
      assertThat(student.loss(lesson(List.of()))).isLessThan(before);
      assertThat(student.trained()).isLessThan(graph.parameterCount() / 3);
      SequencedMap<String, float[]> written = new LinkedHashMap<>();
      student.changed().keySet().forEach(name -> written.put(name, student.written(name)));
      try (StudentNetwork reader = new StudentNetwork(torch, graph,
          new Overlay(weights(), written),
          new StudentPlan(layers, parameters(layers.keySet())), AdamW.USUAL, SIZES, 0)) {
        assertThat(distance(reader.predict(results, lesson(List.of())).floats(),
            student.predict(results, lesson(List.of())).floats())).isLessThan(1e-6);
      }
    }
  }

  /** Of blocks the teacher's results are learned too; the features' error is theirs, normalised. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void featuresAreLearned(boolean recompute) {
    Node middle = graph.nodes()
        .stream()
        .filter(node -> node.module().startsWith("mid_block."))
        .reduce((a, b) -> b)
        .orElseThrow();
    Graph featured = withResult(middle.output());
    SequencedMap<String, StudentPlan.Layer> layers =
        layers(scheme(3, Mapping.SYMMETRIC, 0), 0);
    StudentPlan plan = new StudentPlan(layers, parameters(layers.keySet()), Set.of(), 1, Set.of(),
        0, recompute, false, false, 4);
    long[] shape = middle.output().shape().at(SIZES);
    int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    float[] wanted = new float[elements];
    for (int i = 0; i < elements; i++) {
      wanted[i] = (float) Math.sin(i);
    }
    try (StudentNetwork student = student(featured, plan); Scope own = torch.scope()) {
      Lesson lesson = lesson(List.of(own.of(wanted, shape)));
      StudentNetwork.Step first = student.learn(lesson, 1, 1e-3, 1);
      assertThat(first.features()).isPositive();
      StudentNetwork.Step last = first;
      for (int step = 2; step <= 12; step++) {
        last = student.learn(lesson, step, 1e-3, 1);
      }
      assertThat(last.features()).isLessThan(0.9 * first.features());
    }
  }

  private static Graph withResult(Value value) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(graph.outputs());
    outputs.put("feature", value);
    return new Graph(graph.name(), graph.inputs(), graph.nodes(), outputs);
  }

  /** Going on from a written state is going on. */
  @Test
  void goesOnFromItsState() {
    SequencedMap<String, StudentPlan.Layer> layers =
        layers(scheme(4, Mapping.ASYMMETRIC, 0), 0);
    StudentPlan plan = new StudentPlan(layers, parameters(layers.keySet()), layers.keySet(), 10,
        Set.of(), 0, false, true, false, 0);
    try (StudentNetwork one = student(graph, plan)) {
      one.learn(lesson(List.of()), 1, 1e-3, 0.5);
      Map<String, float[]> saved = new LinkedHashMap<>();
      one.state().forEach((name, tensor) -> saved.put(name, tensor.floats()));
      try (StudentNetwork other = new StudentNetwork(torch, graph, weights(), plan, AdamW.USUAL,
          SIZES, 5, new Overlay(weights(), saved))) {
        one.learn(lesson(List.of()), 2, 1e-3, 0.5);
        other.learn(lesson(List.of()), 2, 1e-3, 0.5);
        one.state().forEach((name, tensor) -> {
          float[] resumed = Objects.requireNonNull(other.state().get(name)).floats();
          assertThat(Arrays.equals(resumed, tensor.floats())).as(name).isTrue();
        });
      }
    }
  }

  private record Overlay(TensorSource below, Map<String, float[]> own) implements TensorSource {
    @Override
    public SequencedSet<String> names() {
      return below.names();
    }

    @Override
    public TensorInfo info(String name) {
      float[] values = own.get(name);
      return values == null ? below.info(name)
          : new TensorInfo(name, ScalarType.F32,
              List.of((long) values.length));
    }

    @Override
    public MemorySegment data(String name) {
      float[] values = own.get(name);
      return values == null ? below.data(name) : MemorySegment.ofArray(values);
    }

    @Override
    public void close() {}
  }

  private static Lesson lesson(List<Tensor> features) {
    float[] ones = new float[Math.toIntExact(target.shape()[0])];
    Arrays.fill(ones, 1);
    return new Lesson(arguments, target, scope.of(ones, ones.length), features);
  }

  private static TensorSource weights() {
    return model.component("unet").tensors();
  }

  private static float[] floats(TensorSource source, String name) {
    TensorInfo info = source.info(name);
    float[] values = new float[Math.toIntExact(info.elements())];
    FloatReader.of(source.data(name), info.dtype()).read(0, values, values.length);
    return values;
  }

  private static Tensor tensor(SafetensorsFile file, String name) {
    return scope.of(floats(file, name), file.info(name).dims());
  }
}
