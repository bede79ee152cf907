package io.granular.engine.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.metric.Statistics;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.UNet;
import io.granular.engine.network.UNetConfig;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.PipelineFolder;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Watched layers of the reference U-Nets, against what PyTorch's hooks saw. */
class TappedNetworkTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  private static final Map<String, Long> SIZES =
      Map.of("batch", 2L, "height", 16L, "width", 16L, "tokens", 77L);
  private static Torch torch;
  private static PackTools tools;

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

  /** A budget of one byte makes a part of every layer. */
  @ParameterizedTest
  @CsvSource({"tiny-sd1,1", "tiny-sd2,1", "tiny-sdxl,1", "tiny-sd1,200000", "tiny-sdxl,67108864"})
  void rangesEqualThoseOfPyTorch(String pipeline, long budget) throws IOException {
    JsonNode expected = meta(pipeline).path("unet_layers_at_481");
    Map<String, float[]> ranges = new HashMap<>();
    Map<String, Double> deviations = new HashMap<>();
    Map<String, Tensor> results;
    try (Scope scope = torch.scope()) {
      Graph graph = unet(pipeline);
      Map<String, Kernel> kernels = kernels(graph, ScalarType.F32);
      try (ModelSource model = PipelineFolder.open(GOLDENS.resolve(pipeline));
          TappedNetwork tapped = new Lowering(torch, tools).loadTapped(graph,
              model.component("unet").tensors(), kernels,
              new AttentionKernel(ScalarType.F32, false),
              SIZES, kernels.keySet(), true, budget);
          LoweredNetwork plain = new Lowering(torch, tools).load(graph,
              model.component("unet").tensors(), kernels, SIZES)) {
        Map<String, Tensor> arguments = arguments(scope, pipeline, graph);
        results = tapped.run(scope, arguments, new Tap() {
          @Override
          public void input(String module, Tensor x) {
            ranges.put(module, range(x.floats()));
          }

          @Override
          public void output(String module, Tensor y) {
            deviations.put(module, deviation(y.floats()));
          }
        });
        assertThat(results).containsOnlyKeys("sample");
        assertThat(Objects.requireNonNull(results.get("sample")).floats())
            .isEqualTo(Objects.requireNonNull(plain.run(scope, arguments).get("sample")).floats());
      }
    }
    assertThat(ranges.keySet()).isEqualTo(expected.propertyStream()
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet()));
    expected.propertyStream().forEach(layer -> {
      JsonNode of = layer.getValue();
      float[] range = Objects.requireNonNull(ranges.get(layer.getKey()));
      double tolerance = 2e-4
          * Math.max(-of.path("input_min").asDouble(), of.path("input_max").asDouble());
      assertThat((double) range[0]).as(layer.getKey())
          .isCloseTo(of.path("input_min").asDouble(), within(tolerance));
      assertThat((double) range[1]).as(layer.getKey())
          .isCloseTo(of.path("input_max").asDouble(), within(tolerance));
      assertThat(deviations.get(layer.getKey())).as(layer.getKey())
          .isCloseTo(of.path("output_std").asDouble(),
              within(2e-4 * of.path("output_std").asDouble()));
    });
  }

  /** In bf16 the layers see rounded numbers, shown as float32. */
  @Test
  void showsWhatBf16LayersSee() throws IOException {
    Graph graph = unet("tiny-sd1");
    Map<String, Kernel> kernels = kernels(graph, ScalarType.BF16);
    try (Scope scope = torch.scope();
        ModelSource model = PipelineFolder.open(GOLDENS.resolve("tiny-sd1"));
        TappedNetwork tapped = new Lowering(torch, tools).loadTapped(graph,
            model.component("unet").tensors(), kernels, SIZES, Set.of("conv_in", "conv_out"),
            false);
        LoweredNetwork plain = new Lowering(torch, tools).load(graph,
            model.component("unet").tensors(), kernels, SIZES)) {
      Map<String, Tensor> arguments = arguments(scope, "tiny-sd1", graph);
      Map<String, float[]> seen = new LinkedHashMap<>();
      float[] result = Objects.requireNonNull(tapped.run(scope, arguments,
          (module, x) -> seen.put(module, x.floats())).get("sample")).floats();
      assertThat(result).isEqualTo(
          Objects.requireNonNull(plain.run(scope, arguments).get("sample")).floats());
      assertThat(seen).containsOnlyKeys("conv_in", "conv_out");
      float[] given = Objects.requireNonNull(arguments.get("sample")).floats();
      float[] rounded = Objects.requireNonNull(seen.get("conv_in"));
      assertThat(rounded).isNotEqualTo(given);
      assertThat(Statistics.maxRelative(given, rounded)).isLessThan(1 / 256.0);
    }
  }

  @Test
  void refusesToWatchWhatIsNoLayer() throws IOException {
    Graph graph = unet("tiny-sd1");
    Map<String, Kernel> kernels = kernels(graph, ScalarType.F32);
    try (ModelSource model = PipelineFolder.open(GOLDENS.resolve("tiny-sd1"))) {
      assertThatThrownBy(() -> new Lowering(torch, tools).loadTapped(graph,
          model.component("unet").tensors(), kernels, SIZES, Set.of("conv_norm_out"), false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("conv_norm_out");
    }
  }

  private static Map<String, Kernel> kernels(Graph graph, ScalarType type) {
    Map<String, Kernel> kernels = new LinkedHashMap<>();
    graph.modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix) {
        kernels.put(module, new FloatKernel(type, type == ScalarType.F32));
      }
    });
    return kernels;
  }

  private static Graph unet(String pipeline) throws IOException {
    return UNet.build(UNetConfig.from((ObjectNode) new JsonMapper()
        .readTree(GOLDENS.resolve(pipeline).resolve("unet/config.json").toFile())));
  }

  private static Map<String, Tensor> arguments(Scope scope, String pipeline, Graph graph) {
    try (TensorSource expected =
        SafetensorsFile.open(GOLDENS.resolve(pipeline).resolve("expected/tensors.safetensors"))) {
      Map<String, Tensor> arguments = new LinkedHashMap<>();
      for (String input : graph.inputs().keySet()) {
        if (input.equals("timestep")) {
          arguments.put(input, scope.of(new float[]{481, 481}, 2));
        } else {
          float[] values = new float[(int) expected.info("unet." + input).elements()];
          FloatReader
              .of(expected.data("unet." + input), ScalarType.F32)
              .read(0, values, values.length);
          arguments.put(input, scope.of(values, expected.info("unet." + input).dims()));
        }
      }
      return arguments;
    }
  }

  private static JsonNode meta(String pipeline) throws IOException {
    return JsonMapper.builder()
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build()
        .readTree(GOLDENS.resolve(pipeline).resolve("expected/meta.json").toFile());
  }

  private static float[] range(float[] x) {
    float[] range = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (float v : x) {
      range[0] = Math.min(range[0], v);
      range[1] = Math.max(range[1], v);
    }
    return range;
  }

  /** As torch.std: with Bessel's correction. */
  private static double deviation(float[] x) {
    double sum = 0;
    for (float v : x) {
      sum += v;
    }
    double mean = sum / x.length;
    double squares = 0;
    for (float v : x) {
      squares += (v - mean) * (v - mean);
    }
    return Math.sqrt(squares / (x.length - 1));
  }
}
