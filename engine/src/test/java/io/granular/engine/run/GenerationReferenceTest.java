package io.granular.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.granular.engine.lower.KernelProbe;
import io.granular.engine.lower.PackTools;
import io.granular.engine.metric.PictureMetrics;
import io.granular.engine.metric.Statistics;
import io.granular.engine.quant.FloatReader;
import io.granular.engine.run.RunRequest.TensorRef;
import io.granular.engine.store.Png;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole generations against diffusers: every sampler, per-step latents and the final picture. */
class GenerationReferenceTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");
  private static Torch torch;
  private static PackTools tools;
  private static TorchSideRunner runner;

  @TempDir
  Path folder;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
    tools = PackTools.compile();
    runner = new TorchSideRunner(torch, tools, KernelProbe.probe(torch).capabilities());
  }

  @AfterAll
  static void stop() {
    runner.close();
    tools.close();
    torch.close();
  }

  @ParameterizedTest
  @CsvSource({
      "tiny-sd1,pndm", "tiny-sd1,ddim", "tiny-sd1,ddim-trailing", "tiny-sd1,euler",
      "tiny-sd1,euler-karras",
      "tiny-sd1,euler-a", "tiny-sd1,heun", "tiny-sd1,dpmpp-2m", "tiny-sd1,dpmpp-2m-karras",
      "tiny-sd1,unipc",
      "tiny-sd1,lcm", "tiny-sd2,pndm", "tiny-sd2,ddim", "tiny-sd2,ddim-trailing", "tiny-sd2,euler",
      "tiny-sd2,euler-karras", "tiny-sd2,euler-a", "tiny-sd2,heun", "tiny-sd2,dpmpp-2m",
      "tiny-sd2,dpmpp-2m-karras",
      "tiny-sd2,unipc", "tiny-sd2,lcm", "tiny-sdxl,pndm", "tiny-sdxl,ddim",
      "tiny-sdxl,ddim-trailing",
      "tiny-sdxl,euler", "tiny-sdxl,euler-karras", "tiny-sdxl,euler-a", "tiny-sdxl,heun",
      "tiny-sdxl,dpmpp-2m",
      "tiny-sdxl,dpmpp-2m-karras", "tiny-sdxl,unipc", "tiny-sdxl,lcm"})
  void everyStepEqualsDiffusers(String pipeline, String reference) throws IOException {
    Path model = GOLDENS.resolve(pipeline);
    JsonNode meta = JsonMapper.builder()
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build()
        .readTree(model.resolve("expected/meta.json").toFile());
    JsonNode scheduler = meta.path("schedulers").path(reference);
    Path tensors = model.resolve("expected/tensors.safetensors");
    try (SafetensorsFile expected = SafetensorsFile.open(tensors)) {
      TensorRef noise =
          expected.contains(reference + ".noise") ? new TensorRef(tensors, reference + ".noise")
              : null;
      RunResult result =
          runner.run(request(model, meta, reference, scheduler, noise), _ -> {}, () -> false);

      float[] latents = floats(expected, reference + ".latents");
      try (SafetensorsFile actual = SafetensorsFile.open(result.latents())) {
        float[] all = floats(actual, "latents");
        assertThat(all).hasSameSizeAs(latents);
        int n = 4 * 16 * 16;
        for (int i = 0; i < all.length; i += n) {
          assertThat(Statistics.maxRelative(Arrays.copyOfRange(latents, i, i + n),
              Arrays.copyOfRange(all, i, i + n)))
              .as("step " + i / n)
              .isLessThan(1e-3);
        }
      }
      PictureMetrics metrics =
          PictureMetrics.compare(Png.read(model.resolve("expected/" + reference + ".png")),
              Png.read(result.image()));
      assertThat(metrics.psnr()).isGreaterThan(50);
      assertThat(result.simulatedModules()).isEmpty();
    }
  }

  private RunRequest request(Path model, JsonNode meta, String reference, JsonNode scheduler,
      @Nullable TensorRef noise) {
    String sampler = reference.replace("-karras", "").replace("-trailing", "");
    JsonNode config = scheduler.path("config");
    SamplerChoice choice = new SamplerChoice(sampler, config.path("timestep_spacing").asText(),
        reference.endsWith("-karras") ? "karras" : null,
        config.path("rescale_betas_zero_snr").asBoolean(false) ? true : null, null);
    return new RunRequest(model.toString(), null, "fp32", meta.path("prompt").asText(),
        meta.path("negative").asText(), meta.path("seed").asLong(), scheduler.path("steps").asInt(),
        meta.path("guidance_scale").asDouble(), 128, 128, choice, 2, null, noise, false, folder);
  }

  private static float[] floats(SafetensorsFile file, String name) {
    float[] values = new float[Math.toIntExact(file.info(name).elements())];
    FloatReader.of(file.data(name), file.info(name).dtype()).read(0, values, values.length);
    return values;
  }
}
