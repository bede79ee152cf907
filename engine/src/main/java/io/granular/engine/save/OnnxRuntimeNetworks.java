package io.granular.engine.save;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Tensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The networks of a saved folder as ONNX Runtime computes them, under the engine's names of arguments and results. */
final class OnnxRuntimeNetworks implements Reopened.Foreign {
  private static final Map<String, String> RESULTS =
      Map.of("out_sample", "sample", "last_hidden_state", "last_hidden_state", "text_embeds",
          "text_embeds", "sample", "sample");

  private final Path folder;

  OnnxRuntimeNetworks(Path folder) {
    this.folder = folder;
  }

  @Override
  public Reopened.Loaded load(String name) {
    Path file = OnnxWriter.file(folder, name);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // Else the inputs of weight-only layers are rounded to 8 bits.
      options.addConfigEntry("session.qdq_matmulnbits_accuracy_level", "1");
      return new Network(environment, environment.createSession(file.toString(), options));
    } catch (OrtException e) {
      throw failed(file, e);
    }
  }

  private static IllegalStateException failed(Object what, OrtException e) {
    return new IllegalStateException("ONNX Runtime cannot run " + what + ": " + e.getMessage(), e);
  }

  private record Network(OrtEnvironment environment,
      OrtSession session) implements Reopened.Loaded {
    @Override
    public Map<String, Tensor> run(Scope scope, Map<String, Tensor> arguments) {
      Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
      try {
        for (var port : session.getInputInfo().entrySet()) {
          String name = port.getKey();
          Tensor given = Objects.requireNonNull(
              arguments.get(name.equals("latent_sample") ? "sample" : name), name);
          inputs.put(name, tensor(given, (TensorInfo) port.getValue().getInfo(),
              name.equals("timestep")));
        }
        try (OrtSession.Result result = session.run(inputs)) {
          return results(scope, result);
        }
      } catch (OrtException e) {
        throw failed("the network", e);
      } finally {
        inputs.values().forEach(OnnxTensor::close);
      }
    }

    private OnnxTensor tensor(Tensor given, TensorInfo info, boolean scalar)
        throws OrtException {
      if (info.type == OnnxJavaType.INT64) {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(given.longs()),
            given.shape());
      }
      float[] values = given.floats();
      if (scalar) {
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values, 0, 1), new long[0]);
      }
      if (info.type == OnnxJavaType.FLOAT16) {
        ShortBuffer halves = ShortBuffer.allocate(values.length);
        for (float value : values) {
          halves.put(Float.floatToFloat16(value));
        }
        return OnnxTensor.createTensor(environment, halves.flip(), given.shape(),
            OnnxJavaType.FLOAT16);
      }
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), given.shape());
    }

    private Map<String, Tensor> results(Scope scope, OrtSession.Result all) {
      Map<String, Tensor> results = new LinkedHashMap<>();
      int states = 0;
      for (Map.Entry<String, OnnxValue> one : all) {
        states += one.getKey().startsWith("hidden_states.") ? 1 : 0;
      }
      for (Map.Entry<String, OnnxValue> one : all) {
        // The last state is what leaves the last layer.
        String name = one.getKey().equals("hidden_states." + (states - 2)) ? "penultimate"
            : RESULTS.get(one.getKey());
        if (name != null && one.getValue() instanceof OnnxTensor tensor) {
          FloatBuffer buffer = tensor.getFloatBuffer();
          float[] values = new float[buffer.remaining()];
          buffer.get(values);
          results.put(name, scope.of(values, tensor.getInfo().getShape()));
        }
      }
      return results;
    }

    @Override
    public void close() {
      try {
        session.close();
      } catch (OrtException e) {
        throw failed("the network", e);
      }
    }
  }
}
