package io.granular.engine.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A diffusers folder with made-up fp16 weights at the sizes of a real model, for measuring whole generations: its pictures
 * are noise, its memory and time are real. Tokenizer and scheduler are the bundled model's.
 */
public final class SyntheticModel {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHUNK = 1 << 18;

  private SyntheticModel() {}

  /**
   * Writes the folder.
   *
   * @param folder is made if it does not exist
   * @throws IOException if it cannot be written
   */
  public static void writeSd15(Path folder) throws IOException {
    BenchShape sizes = BenchShape.of("sd15");
    Path bundled = ModelSources.demo();
    for (String part : List.of("tokenizer", "scheduler", "unet", "vae", "text_encoder")) {
      Files.createDirectories(folder.resolve(part));
    }
    for (String file : List.of("model_index.json", "scheduler/scheduler_config.json",
        "tokenizer/merges.txt", "tokenizer/vocab.json", "tokenizer/special_tokens_map.json")) {
      Files.write(folder.resolve(file), Files.readAllBytes(bundled.resolve(file)));
    }
    ObjectNode tokenizer = (ObjectNode) JSON
        .readTree(Files.readAllBytes(bundled.resolve("tokenizer/tokenizer_config.json")));
    tokenizer.put("model_max_length", sizes.sizes().get("tokens"));
    JSON.writeValue(folder.resolve("tokenizer/tokenizer_config.json").toFile(), tokenizer);
    for (Map.Entry<String, ObjectNode> config : BenchShape.sd15Configs().entrySet()) {
      JSON.writeValue(folder.resolve(config.getKey() + "/config.json").toFile(), config.getValue());
    }
    weights(folder.resolve("unet/diffusion_pytorch_model.safetensors"), sizes.synthetic("unet"));
    weights(folder.resolve("vae/diffusion_pytorch_model.safetensors"), sizes.synthetic("vae"));
    weights(folder.resolve("text_encoder/model.safetensors"), sizes.synthetic("text_encoder"));
  }

  private static void weights(Path file, TensorSource source) throws IOException {
    List<NamedTensor> tensors = source.names()
        .stream()
        .map(name -> {
          TensorInfo info = source.info(name);
          TensorInfo half = new TensorInfo(name, ScalarType.F16, info.shape());
          return new NamedTensor(half, sink -> halves(source, info, sink));
        })
        .toList();
    SafetensorsWriter.write(file, Map.of(), tensors);
  }

  private static void halves(TensorSource source, TensorInfo info, NamedTensor.Sink sink)
      throws IOException {
    FloatReader reader = FloatReader.of(source.data(info.name()), info.dtype());
    float[] values = new float[CHUNK];
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < info.elements(); at += CHUNK) {
      int count = (int) Math.min(CHUNK, info.elements() - at);
      reader.read(at, values, count);
      bytes.clear();
      for (int i = 0; i < count; i++) {
        bytes.putShort(Float.floatToFloat16(values[i]));
      }
      sink.accept(bytes.flip());
    }
  }
}
