package io.granular.engine.lower;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.metric.Statistics;
import io.granular.engine.network.Autoencoder;
import io.granular.engine.network.ClipText;
import io.granular.engine.network.ClipTextConfig;
import io.granular.engine.network.Graph;
import io.granular.engine.network.Op;
import io.granular.engine.network.UNet;
import io.granular.engine.network.UNetConfig;
import io.granular.engine.network.VaeConfig;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.PipelineFolder;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every network of the three reference pipelines, against diffusers and transformers. */
class NetworkReferenceTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  private static final double TOLERANCE = 2e-4;
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

  @ParameterizedTest
  @CsvSource({"tiny-sd1,true", "tiny-sd2,true", "tiny-sdxl,true", "tiny-sd1,false",
      "tiny-sdxl,false"})
  void unetEqualsDiffusers(String pipeline, boolean oneDnn) throws IOException {
    Graph graph = UNet.build(UNetConfig.from(config(pipeline, "unet")));
    try (TensorSource expected = expected(pipeline);
        LoweredNetwork unet = load(graph, pipeline, "unet", oneDnn)) {
      for (int t : new int[]{1, 481, 999}) {
        try (Scope scope = torch.scope()) {
          Map<String, Tensor> in = new LinkedHashMap<>();
          for (String input : graph.inputs().keySet()) {
            in.put(input, input.equals("timestep") ? scope.of(new float[]{t, t}, 2)
                : tensor(scope, expected, "unet." + input));
          }
          check(unet.run(scope, in).get("sample"), expected, "unet.out." + t);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd1", "tiny-sd2", "tiny-sdxl"})
  void autoencoderEqualsDiffusers(String pipeline) throws IOException {
    VaeConfig config = VaeConfig.from(config(pipeline, "vae"));
    try (TensorSource expected = expected(pipeline);
        Scope scope = torch.scope();
        LoweredNetwork encoder =
            load(Autoencoder.encoder(config), pipeline, "vae", true);
        LoweredNetwork decoder =
            load(Autoencoder.decoder(config), pipeline, "vae", true)) {
      Map<String, Tensor> latent =
          encoder.run(scope, Map.of("sample", tensor(scope, expected, "vae.image")));
      check(latent.get("mean"), expected, "vae.mean");
      check(latent.get("logvar"), expected, "vae.logvar");
      float[] sample = Arrays.copyOf(tensor(scope, expected, "unet.sample").floats(), 4 * 16 * 16);
      Tensor latents = scope.of(sample, 1, 4, 16, 16);
      check(decoder.run(scope, Map.of("sample", latents)).get("sample"), expected, "vae.decoded");
    }
  }

  @ParameterizedTest
  @CsvSource({"tiny-sd1,text_encoder,text", "tiny-sd2,text_encoder,text",
      "tiny-sdxl,text_encoder,text",
      "tiny-sdxl,text_encoder_2,text_2"})
  void textEncoderEqualsTransformers(String pipeline, String network, String key)
      throws IOException {
    Graph graph = ClipText.build(network, ClipTextConfig.from(network, config(pipeline, network)));
    try (TensorSource expected = expected(pipeline);
        Scope scope = torch.scope();
        LoweredNetwork text = load(graph, pipeline, network, true)) {
      long[] ids = ids(pipeline, key);
      Map<String, Tensor> results =
          text.run(scope, Map.of("input_ids", scope.of(ids, 1, ids.length)));
      int checked = 0;
      for (Map.Entry<String, Tensor> e : results.entrySet()) {
        if (expected.contains(key + "." + e.getKey())) {
          check(e.getValue(), expected, key + "." + e.getKey());
          checked++;
        }
      }
      assertThat(checked).isEqualTo(2);
    }
  }

  /** Plain bf16 arithmetic, which every processor has: values between layers are bf16 as well. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd1", "tiny-sd2", "tiny-sdxl"})
  void bf16StreamsStayNearTheReference(String pipeline) throws IOException {
    Graph graph = UNet.build(UNetConfig.from(config(pipeline, "unet")));
    try (TensorSource expected = expected(pipeline);
        Scope scope = torch.scope();
        LoweredNetwork unet =
            load(graph, pipeline, "unet", new FloatKernel(ScalarType.BF16, false))) {
      Map<String, Tensor> in = new LinkedHashMap<>();
      for (String input : graph.inputs().keySet()) {
        in.put(input, input.equals("timestep") ? scope.of(new float[]{481, 481}, 2)
            : tensor(scope, expected, "unet." + input));
      }
      Tensor out = unet.run(scope, in).get("sample");
      double error =
          Statistics.maxRelative(tensor(scope, expected, "unet.out.481").floats(), out.floats());
      assertThat(error).isBetween(1e-4, 5e-2);
    }
  }

  private static LoweredNetwork load(Graph graph, String pipeline, String component,
      boolean oneDnn) {
    return load(graph, pipeline, component, new FloatKernel(ScalarType.F32, oneDnn));
  }

  private static LoweredNetwork load(Graph graph, String pipeline, String component,
      Kernel kernel) {
    Map<String, Kernel> kernels = new LinkedHashMap<>();
    graph.modules().forEach((module, node) -> {
      if (node.op() instanceof Op.Matrix) {
        kernels.put(module, kernel);
      }
    });
    Map<String, Long> sizes = Map.of("batch", 2L, "height", 16L, "width", 16L, "tokens", 77L);
    try (ModelSource model = PipelineFolder.open(GOLDENS.resolve(pipeline))) {
      return new Lowering(torch, tools).load(graph, model.component(component).tensors(), kernels,
          sizes);
    }
  }

  private static TensorSource expected(String pipeline) {
    return SafetensorsFile.open(GOLDENS.resolve(pipeline).resolve("expected/tensors.safetensors"));
  }

  private static Tensor tensor(Scope scope, TensorSource source, String name) {
    return scope.view(source.data(name), ScalarType.F32, source.info(name).dims());
  }

  private static void check(Tensor actual, TensorSource source, String name) {
    float[] expected = new float[Math.toIntExact(source.info(name).elements())];
    MemorySegment.copy(source.data(name),
        ValueLayout.JAVA_FLOAT_UNALIGNED, 0,
        expected, 0, expected.length);
    assertThat(actual.shape()).as(name).isEqualTo(source.info(name).dims());
    assertThat(Statistics.maxRelative(expected, actual.floats())).as(name).isLessThan(TOLERANCE);
  }

  private static ObjectNode config(String pipeline, String network) throws IOException {
    return (ObjectNode) new ObjectMapper()
        .readTree(GOLDENS.resolve(pipeline).resolve(network + "/config.json").toFile());
  }

  private static long[] ids(String pipeline, String key) throws IOException {
    var meta = JsonMapper.builder()
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build()
        .readTree(GOLDENS.resolve(pipeline).resolve("expected/meta.json").toFile());
    var ids = meta.path(key.equals("text_2") ? "tokenize_2" : "tokenize").path(0).path("ids");
    long[] result = new long[ids.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = ids.get(i).asLong();
    }
    return result;
  }
}
