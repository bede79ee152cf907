package io.granular.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.granular.engine.metric.Statistics;
import io.granular.engine.network.Graph;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.PipelineFolder;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every network of the three reference pipelines, written as ONNX and run by ONNX Runtime, against diffusers. */
class OnnxNetworkTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  private static final double TOLERANCE = 2e-4;
  private static final LayerSource FLOATS = floats(ScalarType.F32);

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({"tiny-sd1,false", "tiny-sd2,false", "tiny-sdxl,false", "tiny-sdxl,true"})
  void unetEqualsDiffusers(String pipeline, boolean external) throws Exception {
    try (ModelSource model = PipelineFolder.open(GOLDENS.resolve(pipeline));
        TensorSource expected = expected(pipeline)) {
      Path file = write(model, "unet", FLOATS, external ? 1 : OnnxFile.LARGEST);
      assertThat(Files.exists(folder.resolve("unet.onnx_data"))).isEqualTo(external);
      try (OrtSession session = environment.createSession(file.toString())) {
        for (int t : new int[]{1, 481, 999}) {
          Map<String, OnnxTensor> in = new LinkedHashMap<>();
          for (String input : session.getInputNames()) {
            in.put(input, input.equals("timestep")
                ? OnnxTensor.createTensor(environment, FloatBuffer.wrap(new float[]{t}),
                    new long[0])
                : tensor(expected, "unet." + input));
          }
          check(run(session, in, "out_sample"), expected, "unet.out." + t);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd1", "tiny-sd2", "tiny-sdxl"})
  void autoencoderEqualsDiffusers(String pipeline) throws Exception {
    try (ModelSource model = PipelineFolder.open(GOLDENS.resolve(pipeline));
        TensorSource expected = expected(pipeline)) {
      try (OrtSession session = environment
          .createSession(
              write(model, "vae.encode", FLOATS, OnnxFile.LARGEST).toString())) {
        float[] both = run(session, Map.of("sample", tensor(expected, "vae.image")),
            "latent_parameters");
        check(Arrays.copyOf(both, both.length / 2), expected, "vae.mean");
        check(Arrays.copyOfRange(both, both.length / 2, both.length), expected, "vae.logvar");
      }
      try (OrtSession session = environment
          .createSession(
              write(model, "vae.decode", FLOATS, OnnxFile.LARGEST).toString())) {
        float[] latents = Arrays.copyOf(numbers(expected, "unet.sample"), 4 * 16 * 16);
        OnnxTensor sample = OnnxTensor.createTensor(environment, FloatBuffer.wrap(latents),
            new long[]{1, 4, 16, 16});
        check(run(session, Map.of("latent_sample", sample), "sample"), expected, "vae.decoded");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"tiny-sd1,text_encoder,text", "tiny-sd2,text_encoder,text",
      "tiny-sdxl,text_encoder,text", "tiny-sdxl,text_encoder_2,text_2"})
  void textEncoderEqualsTransformers(String pipeline, String network, String key)
      throws Exception {
    try (ModelSource model = PipelineFolder.open(GOLDENS.resolve(pipeline));
        TensorSource expected = expected(pipeline);
        OrtSession session = environment.createSession(
            write(model, network, FLOATS, OnnxFile.LARGEST).toString())) {
      long[] ids = ids(pipeline, key);
      Map<String, OnnxTensor> in = Map.of("input_ids", OnnxTensor.createTensor(environment,
          LongBuffer.wrap(ids), new long[]{1, ids.length}));
      String[] states = session.getOutputNames()
          .stream()
          .filter(name -> name.startsWith("hidden_states"))
          .toArray(String[]::new);
      int checked = 0;
      for (String name : new String[]{"last_hidden_state", "text_embeds"}) {
        if (expected.contains(key + "." + name)) {
          check(run(session, in, name), expected, key + "." + name);
          checked++;
        }
      }
      if (expected.contains(key + ".penultimate")) {
        check(run(session, in, states[states.length - 2]), expected, key + ".penultimate");
        checked++;
      }
      assertThat(checked).isEqualTo(2);
    }
  }

  @Test
  void halfPrecisionStaysNearTheReference() throws Exception {
    try (ModelSource model = PipelineFolder.open(GOLDENS.resolve("tiny-sd1"));
        TensorSource expected = expected("tiny-sd1")) {
      Path file = write(model, "unet", floats(ScalarType.F16), OnnxFile.LARGEST,
          ElementType.FLOAT16);
      try (OrtSession session = environment.createSession(file.toString())) {
        Map<String, OnnxTensor> in = new LinkedHashMap<>();
        in.put("sample", half(expected, "unet.sample"));
        in.put("encoder_hidden_states", half(expected, "unet.encoder_hidden_states"));
        in.put("timestep", OnnxTensor.createTensor(environment,
            FloatBuffer.wrap(new float[]{481}), new long[0]));
        double error = Statistics.maxRelative(numbers(expected, "unet.out.481"),
            run(session, in, "out_sample"));
        assertThat(error).isBetween(1e-6, 1e-2);
      }
    }
  }

  private OnnxTensor half(TensorSource source, String name) throws OrtException {
    float[] values = numbers(source, name);
    ShortBuffer halves = ShortBuffer.allocate(values.length);
    for (float value : values) {
      halves.put(Float.floatToFloat16(value));
    }
    return OnnxTensor.createTensor(environment, halves.flip(), source.info(name).dims(),
        OnnxJavaType.FLOAT16);
  }

  private Path write(ModelSource model, String network, LayerSource layers, long largest)
      throws IOException {
    return write(model, network, layers, largest, ElementType.FLOAT);
  }

  private Path write(ModelSource model, String network, LayerSource layers, long largest,
      ElementType stream) throws IOException {
    Graph graph = Objects.requireNonNull(PipelineGraphs.of(model).networks().get(network));
    Path file = folder.resolve(network + ".onnx");
    new OnnxNetwork(graph, model.component(PipelineGraphs.component(network)).tensors(), layers,
        stream, network.startsWith("text_encoder")).write(file, "test", Map.of(), largest);
    return file;
  }

  private static LayerSource floats(ScalarType type) {
    return new LayerSource() {
      @Override
      public LayerForm form(String module) {
        return new LayerForm.Floats(type);
      }

      @Override
      public QuantizedTensor integers(String module) {
        throw new AssertionError(module);
      }

      @Override
      public float @Nullable [] bias(String module) {
        return null;
      }
    };
  }

  private static float[] run(OrtSession session, Map<String, OnnxTensor> in, String output)
      throws OrtException {
    try (OrtSession.Result result = session.run(in)) {
      FloatBuffer buffer = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
      float[] values = new float[buffer.remaining()];
      buffer.get(values);
      return values;
    }
  }

  private OnnxTensor tensor(TensorSource source, String name) throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(numbers(source, name)),
        source.info(name).dims());
  }

  private static float[] numbers(TensorSource source, String name) {
    float[] values = new float[Math.toIntExact(source.info(name).elements())];
    FloatReader.of(source.data(name), source.info(name).dtype()).read(0, values, values.length);
    return values;
  }

  private static void check(float[] actual, TensorSource source, String name) {
    assertThat(Statistics.maxRelative(numbers(source, name), actual)).as(name)
        .isLessThan(TOLERANCE);
  }

  private static TensorSource expected(String pipeline) {
    return SafetensorsFile.open(GOLDENS.resolve(pipeline).resolve("expected/tensors.safetensors"));
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
