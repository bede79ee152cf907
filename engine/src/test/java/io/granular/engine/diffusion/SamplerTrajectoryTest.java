package io.granular.engine.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sampler against diffusers, on an analytic network: see the references' README. */
class SamplerTrajectoryTest {
  private static final JsonNode REFERENCE = References.json("trajectories.json");
  private static final Map<String, float[]> TENSORS =
      References.tensors("trajectories.safetensors");

  static Stream<String> keys() {
    return cases().map(c -> c.path("key").asText());
  }

  private static Stream<JsonNode> cases() {
    return StreamSupport.stream(REFERENCE.path("cases").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void followsTheReferenceStepByStep(String key) {
    JsonNode reference = REFERENCE.path("cases").get(Integer.parseInt(key));
    Sampler sampler = Sampler.of(options(reference), reference.path("steps").asInt());
    String what = reference.path("sampler").asText() + " " + reference.path("config");

    assertThat(sampler.timesteps()).as(what)
        .containsExactly(References.doubles(reference.path("timesteps")), within(1e-3));
    assertThat(sampler.initNoiseSigma())
        .isCloseTo((float) reference.path("init_noise_sigma").asDouble(), within(1e-3f));
    if (sampler instanceof SigmaSampler s) {
      float[] sigmas = References.floats(reference.path("sigmas"));
      for (int i = 0; i < sigmas.length; i++) {
        assertThat(s.sigma(i)).isCloseTo(sigmas[i], within(1e-6f * Math.max(1, sigmas[i])));
      }
    }

    // A first sigma of 4096 leaves latents near 1 as the difference of numbers near 4096.
    boolean cancels = sampler instanceof SigmaSampler s && s.sigma(0) > 1000;
    double tolerance = cancels ? 1e-3 : 1e-5;
    float[] expected = TENSORS.get(key + ".latents");
    float[] originals = TENSORS.get(key + ".original");
    TorchRandom random = new TorchRandom(reference.path("seed").asLong());
    int size = expected.length / sampler.timesteps().length;
    float[] x = sampler.initialLatents(random.randn(size));
    for (int i = 0; i < sampler.timesteps().length; i++) {
      float[] out = network(sampler.scaleInput(x, i), (float) sampler.timesteps()[i]);
      StepResult result = sampler.step(out, i, x, random::randn);
      x = result.latents();
      assertThat(References.relativeError(x, step(expected, i, size)))
          .as("%s, latents after evaluation %d", what, i)
          .isLessThan(tolerance);
      if (originals != null) {
        assertThat(References.relativeError(result.predictedOriginal(), step(originals, i, size)))
            .as("%s, predicted original of evaluation %d", what, i)
            .isLessThan(tolerance);
      }
    }
  }

  @Test
  void coversEverySampler() {
    List<String> covered = cases().map(c -> c.path("sampler").asText()).distinct().toList();
    assertThat(covered).containsExactlyInAnyOrderElementsOf(
        Arrays.stream(SamplerKind.values()).map(SamplerKind::id).collect(Collectors.toList()));
  }

  /** The network of the references, in single precision. */
  private static float[] network(float[] x, float t) {
    float[] out = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] / (1 + Math.abs(x[i])) * 0.8f + t * 0.001f * 0.3f;
    }
    return out;
  }

  private static float[] step(float[] all, int index, int size) {
    return Arrays.copyOfRange(all, index * size, (index + 1) * size);
  }

  private static SamplerOptions options(JsonNode reference) {
    SamplerKind kind = Named.find(SamplerKind.class, reference.path("sampler").asText())
        .orElseThrow();
    ObjectNode config = REFERENCE.path("base").deepCopy();
    config.setAll((ObjectNode) reference.path("config"));
    config.put("_class_name", kind.className());
    return SamplerOptions.resolve(References.config(config), SamplerOverrides.NONE);
  }
}
