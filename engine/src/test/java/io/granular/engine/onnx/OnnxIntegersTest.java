package io.granular.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.granular.engine.lower.FloatKernel;
import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.LoweredNetwork;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.lower.SimulatedKernel;
import io.granular.engine.lower.SimulatedStaticKernel;
import io.granular.engine.metric.Statistics;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.ActivationScheme.Range;
import io.granular.engine.quant.AffineQuantizer;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.QuantParams;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.PipelineFolder;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantized networks: what ONNX Runtime computes against the engine's exact arithmetic of the same integers. */
class OnnxIntegersTest {
  /** Not one in which a whole number, such as the cosine of 0, falls between two integers. */
  private static final ValueRange RANGE = new ValueRange(-2.3f, 2.9f);
  private static final Map<String, Long> SIZES =
      Map.of("batch", 1L, "height", 8L, "width", 12L, "tokens", 77L);
  private static Torch torch;
  private static PackTools tools;

  @TempDir
  private Path folder;

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

  @ParameterizedTest
  @CsvSource({"8,axis,SYMMETRIC,", "8,tensor,SYMMETRIC,", "8,axis,ASYMMETRIC,", "5,axis,SYMMETRIC,",
      "4,group,ASYMMETRIC,", "4,group,SYMMETRIC,", "3,group,ASYMMETRIC,", "4,axis,SYMMETRIC,",
      "8,group,ASYMMETRIC,", "8,axis,SYMMETRIC,SYMMETRIC", "8,axis,SYMMETRIC,ASYMMETRIC",
      "4,axis,SYMMETRIC,SYMMETRIC"})
  void computesAsTheEngineDoes(int bits, String granularity, Mapping mapping,
      @Nullable Mapping inputs) throws Exception {
    WeightScheme weights = new WeightScheme(bits, switch (granularity) {
      case "tensor" -> new Granularity.PerTensor();
      case "axis" -> new Granularity.PerAxis(0);
      default -> new Granularity.PerGroup(4);
    }, mapping);
    ActivationScheme activations = inputs == null ? null
        : new ActivationScheme(8, new Granularity.PerTensor(), inputs, Range.STATIC);
    try (ModelSource model = PipelineFolder.open(Path.of("src/test/goldens/tiny-sd1"))) {
      Graph graph = Objects.requireNonNull(PipelineGraphs.of(model).networks().get("unet"));
      TensorSource tensors = model.component("unet").tensors();
      float[] sample = noise(4 * 8 * 12, 1);
      float[] text = noise(77 * textWidth(graph), 2);
      float[] expected = engine(graph, tensors,
          activations == null ? new SimulatedKernel(weights, null)
              : new SimulatedStaticKernel(weights, activations, RANGE),
          sample, text);
      float[] actual = runtime(graph, tensors, source(graph, tensors, weights, activations),
          sample, text);
      // One input that falls on the other side of a rounding boundary moves the result by a step.
      assertThat(Statistics.maxRelative(expected, actual))
          .isLessThan(activations == null ? 2e-4 : 2e-3);
    }
  }

  private static float[] engine(Graph graph, TensorSource tensors, Kernel kernel, float[] sample,
      float[] text) {
    Map<String, Kernel> kernels = new LinkedHashMap<>();
    graph.modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix) {
        kernels.put(module,
            quantized(module, kernel instanceof SimulatedStaticKernel)
                ? kernel
                : new FloatKernel(ScalarType.F32, true));
      }
    });
    try (Scope scope = torch.scope();
        LoweredNetwork network =
            new Lowering(torch, tools).load(graph, tensors, kernels, SIZES)) {
      Map<String, Tensor> in = new LinkedHashMap<>();
      in.put("sample", scope.of(sample, 1, 4, 8, 12));
      in.put("timestep", scope.of(new float[]{481}, 1));
      in.put("encoder_hidden_states", scope.of(text, 1, 77, textWidth(graph)));
      return Objects.requireNonNull(network.run(scope, in).get("sample")).floats();
    }
  }

  private float[] runtime(Graph graph, TensorSource tensors, LayerSource layers, float[] sample,
      float[] text) throws Exception {
    Path file = folder.resolve("unet.onnx");
    new OnnxNetwork(graph, tensors, layers, ElementType.FLOAT, false).write(file, "test",
        Map.of());
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    // Else ONNX Runtime rounds the inputs of weight-only layers to 8 bits of its own accord.
    options.addConfigEntry("session.qdq_matmulnbits_accuracy_level", "1");
    try (OrtSession session = environment.createSession(file.toString(), options);
        OrtSession.Result result = session.run(Map.of(
            "sample", OnnxTensor.createTensor(environment, FloatBuffer.wrap(sample),
                new long[]{1, 4, 8, 12}),
            "timestep", OnnxTensor.createTensor(environment, FloatBuffer.wrap(new float[]{481}),
                new long[0]),
            "encoder_hidden_states", OnnxTensor.createTensor(environment,
                FloatBuffer.wrap(text), new long[]{1, 77, textWidth(graph)})))) {
      FloatBuffer buffer =
          ((OnnxTensor) result.get("out_sample").orElseThrow()).getFloatBuffer();
      float[] values = new float[buffer.remaining()];
      buffer.get(values);
      return values;
    }
  }

  private static LayerSource source(Graph graph, TensorSource tensors, WeightScheme weights,
      @Nullable ActivationScheme activations) {
    QuantParams params = activations == null ? null
        : RANGE.params(activations.mapping(), activations.integers());
    LayerForm form = new LayerForm.Integers(weights, params == null ? null
        : new LayerForm.InputCodes(params.scale(), params.zeroPoint(),
            activations.mapping() != Mapping.ASYMMETRIC));
    return new LayerSource() {
      @Override
      public LayerForm form(String module) {
        return quantized(module, activations != null) ? form
            : new LayerForm.Floats(ScalarType.F32);
      }

      @Override
      public QuantizedTensor integers(String module) {
        Op.Matrix op = (Op.Matrix) Objects.requireNonNull(graph.modules().get(module)).op();
        String name = module + ".weight";
        return AffineQuantizer.quantize(
            FloatReader.of(tensors.data(name), tensors.info(name).dtype()),
            Math.toIntExact(op.rows()), Math.toIntExact(op.columns()), weights);
      }

      @Override
      public float @Nullable [] bias(String module) {
        return null;
      }
    };
  }

  /** Integer inputs in one block only: through all layers, a rounded input would move the next ones to other integers. */
  private static boolean quantized(String module, boolean inputs) {
    return !inputs || module.startsWith("mid_block.");
  }

  private static int textWidth(Graph graph) {
    return Math.toIntExact(Objects.requireNonNull(graph.inputs().get("encoder_hidden_states"))
        .shape()
        .dim(-1)
        .at(Map.of()));
  }

  private static float[] noise(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
