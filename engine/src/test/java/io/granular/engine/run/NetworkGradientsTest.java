package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.PackTools;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.store.SafetensorsWriter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loss and gradients of whole U-Nets against PyTorch's. */
class NetworkGradientsTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  /** Of each tensor's norm. */
  private static final double TOLERANCE = 1e-3;
  /** Gradients that vanish but for rounding, e.g. of a bias before a norm. */
  private static final double ROUNDING = 1e-7;
  private static final String FOUR_BITS =
      "{\"bits\": 4, \"granularity\": \"per_axis\", \"mapping\": \"symmetric\"}";
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

  @ParameterizedTest
  @CsvSource({"tiny-sd1,fp32", "tiny-sd1,fq4", "tiny-sdxl,fp32", "tiny-sdxl,fq4"})
  void lossAndGradientsEqualPyTorchs(String model, String weights) throws IOException {
    Path expected = GOLDENS.resolve(model).resolve("expected");
    Path out = folder.resolve("gradients.safetensors");
    JsonNode norms = new ObjectMapper()
        .readTree(expected.resolve("gradients-" + weights + ".json").toFile());

    runner().run(call(model, "target", weights.equals("fp32") ? null : FOUR_BITS, out));

    try (SafetensorsFile actual = SafetensorsFile.open(out);
        SafetensorsFile reference =
            SafetensorsFile.open(expected.resolve("gradients.safetensors"))) {
      double loss = norms.get("loss").asDouble();
      assertThat((double) floats(actual, "loss")[0]).isCloseTo(loss, within(1e-4 * loss));
      norms.get("grad_norms").properties().forEach(norm -> {
        double whole = norm.getValue().asDouble();
        assertThat(norm(floats(actual, "grad." + norm.getKey()))).as(norm.getKey())
            .isCloseTo(whole, within(TOLERANCE * whole + ROUNDING));
        String key = weights + ".grad." + norm.getKey();
        if (reference.contains(key)) {
          float[] difference = floats(reference, key);
          float[] ours = floats(actual, "grad." + norm.getKey());
          for (int i = 0; i < difference.length; i++) {
            difference[i] -= ours[i];
          }
          assertThat(norm(difference)).as(norm.getKey())
              .isLessThanOrEqualTo(TOLERANCE * whole + ROUNDING);
        }
      });
      assertThat(actual.names()).hasSize(norms.get("grad_norms").size() + 1);
    }
  }

  @Test
  void whatCannotBeDifferentiatedSaysSo() {
    Path out = folder.resolve("gradients.safetensors");
    assertThatThrownBy(() -> runner().run(call("tiny-sd1", "goal", null, out)))
        .hasMessageContainingAll("inputs.safetensors", "no tensor goal", "target");
    assertThatThrownBy(
        () -> runner().run(call("tiny-sd1", "target", "{\"type\": \"q4_0\"}", out)))
        .hasMessageContaining("--fake-quantize");
    assertThat(out).doesNotExist();
  }

  private static TorchNetworkRunner runner() {
    return new TorchNetworkRunner(torch, tools, Capabilities.NONE, TreatmentCache.NONE);
  }

  private NetworkRunner.Call call(String model, String target,
      @Nullable String fake, Path out) {
    return new NetworkRunner.Call(GOLDENS.resolve(model).toString(), null,
        inputs(GOLDENS.resolve(model).resolve("expected")), out, 0,
        new NetworkRunner.Gradients(target, fake));
  }

  /** The batch, with the added conditions of SDXL from the file of the network's other references. */
  private Path inputs(Path expected) {
    Path file = folder.resolve("inputs.safetensors");
    List<NamedTensor> tensors = new ArrayList<>();
    try (SafetensorsFile batch =
        SafetensorsFile.open(expected.resolve("gradients.safetensors"));
        SafetensorsFile other = SafetensorsFile.open(expected.resolve("tensors.safetensors"))) {
      for (String name : List.of("sample", "timestep", "encoder_hidden_states", "target")) {
        tensors.add(NamedTensor.of(batch.info(name), batch.data(name)));
      }
      for (String name : List.of("text_embeds", "time_ids")) {
        if (other.contains("unet." + name)) {
          tensors.add(NamedTensor.floats(name, other.info("unet." + name).shape(),
              floats(other, "unet." + name)));
        }
      }
      SafetensorsWriter.write(file, Map.of(), tensors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static float[] floats(SafetensorsFile file, String name) {
    TensorInfo info = file.info(name);
    float[] values = new float[Math.toIntExact(info.elements())];
    FloatReader.of(file.data(name), info.dtype()).read(0, values, values.length);
    return values;
  }
}
