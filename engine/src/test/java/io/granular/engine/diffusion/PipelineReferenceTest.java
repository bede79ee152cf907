package io.granular.engine.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The schedules of the three tiny pipelines, as their references recorded them. */
class PipelineReferenceTest {
  static Stream<Arguments> runs() {
    return Stream.of("tiny-sd1", "tiny-sd2", "tiny-sdxl").flatMap(pipeline -> {
      JsonNode meta = References.json(
          References.GOLDENS.resolve(pipeline).resolve("expected/meta.json"));
      return meta.path("schedulers")
          .properties()
          .stream()
          .map(e -> Arguments.of(pipeline, e.getKey(), e.getValue()));
    });
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("runs")
  void visitsTheRecordedTimestepsAndSigmas(String pipeline, String name, JsonNode run) {
    ObjectNode config = run.path("config").deepCopy();
    config.put("_class_name", run.path("class").asText());
    Sampler sampler = Sampler.of(
        SamplerOptions.resolve(References.config(config), SamplerOverrides.NONE),
        run.path("steps").asInt());
    assertThat(sampler.timesteps())
        .containsExactly(References.doubles(run.path("timesteps")), within(1e-3));
    assertThat(sampler.initNoiseSigma())
        .isCloseTo((float) run.path("init_noise_sigma").asDouble(), within(1e-5f));
    if (sampler instanceof SigmaSampler s) {
      float[] sigmas = References.floats(run.path("sigmas"));
      for (int i = 0; i < sigmas.length; i++) {
        assertThat(s.sigma(i)).isCloseTo(sigmas[i], within(1e-6f * Math.max(1, sigmas[i])));
      }
    }
  }

  /** What a person has to type to get the reference: the sampler, and what differs in its config. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("runs")
  void followsFromThePipelinesConfigAndTheCommandLine(String pipeline, String name, JsonNode run) {
    Path file = References.GOLDENS.resolve(pipeline).resolve("scheduler/scheduler_config.json");
    JsonNode recorded = run.path("config");
    SamplerOverrides typed = SamplerOverrides.parse(
        SamplerKind.ofClass(run.path("class").asText()).orElseThrow().id(),
        recorded.path("timestep_spacing").asText(),
        recorded.path("use_karras_sigmas").asBoolean() ? "karras" : "default",
        recorded.path("rescale_betas_zero_snr").asBoolean(),
        recorded.path("prediction_type").asText().startsWith("v") ? "v" : "epsilon");
    SamplerOptions options = SamplerOptions.resolve(SchedulerConfig.read(file), typed);

    ObjectNode expected = SchedulerDefaults.of(options.kind());
    for (Map.Entry<String, JsonNode> e : recorded.properties()) {
      if (expected.has(e.getKey())) {
        expected.set(e.getKey(), e.getValue());
      }
    }
    expected.put("_class_name", options.kind().className());
    assertThat(options.toJson()).isEqualTo(expected);
    assertThat(options.notes()).isEqualTo(options.kind() == SamplerKind.LCM
        ? List.of("lcm visits the timesteps it was distilled on; the spacing has no effect.")
        : List.of());
  }
}
