package io.granular.engine.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.BadModelException;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerOptionsTest {
  private static final JsonNode CONVERSIONS = References.json("conversions.json");
  private static final String DDIM = "{\"_class_name\": \"DDIMScheduler\"}";

  static Stream<Arguments> conversions() {
    return StreamSupport.stream(CONVERSIONS.path("conversions").spliterator(), false)
        .map(c -> Arguments.of(c.path("pipeline").asText(), c.path("sampler").asText(),
            c.path("config")));
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("conversions")
  void convertsAPipelinesConfigAsDiffusersDoes(String pipeline, String sampler,
      ObjectNode expected) {
    ObjectNode config = (ObjectNode) CONVERSIONS.path("pipelines").path(pipeline);
    SamplerKind kind = Named.parse(SamplerKind.class, "sampler", sampler);
    SamplerOptions options = SamplerOptions.resolve(References.config(config),
        SamplerOverrides.of(kind));

    if (!config.path("_class_name").asText().equals(kind.className())) {
      // Where the config is silent, latents are not clipped and PNDM starts without Runge-Kutta.
      silently(config, expected, "clip_sample", false);
      silently(config, expected, "skip_prk_steps", true);
    }
    for (Map.Entry<String, JsonNode> e : expected.properties()) {
      assertThat(options.toJson().get(e.getKey())).as(e.getKey()).isEqualTo(e.getValue());
    }
  }

  private static void silently(ObjectNode config, ObjectNode expected, String key, boolean value) {
    if (!config.has(key) && expected.has(key)) {
      expected.put(key, value);
    }
  }

  @Test
  void takesTheConfigsOwnSamplerUnlessToldOtherwise() {
    SamplerOptions own = SamplerOptions.resolve(References.config(DDIM), SamplerOverrides.NONE);
    assertThat(own.kind()).isEqualTo(SamplerKind.DDIM);
    assertThat(own.spacing()).isEqualTo(Spacing.LEADING);
    assertThat(own.prediction()).isEqualTo(Prediction.EPSILON);
    assertThat(own.sigmas()).isEqualTo(SigmaSpacing.DEFAULT);
    assertThat(own.zeroSnr()).isFalse();

    SamplerOptions other = SamplerOptions.resolve(References.config(DDIM),
        SamplerOverrides.parse("unipc", "trailing", "karras", true, "v"));
    assertThat(other.kind()).isEqualTo(SamplerKind.UNIPC);
    assertThat(other.spacing()).isEqualTo(Spacing.TRAILING);
    assertThat(other.prediction()).isEqualTo(Prediction.V);
    assertThat(other.sigmas()).isEqualTo(SigmaSpacing.KARRAS);
    assertThat(other.zeroSnr()).isTrue();
  }

  @Test
  void defaultSigmasTurnKarrasOff() {
    SchedulerConfig config = References.config(
        "{\"_class_name\": \"EulerDiscreteScheduler\", \"use_karras_sigmas\": true}");
    assertThat(SamplerOptions.resolve(config, SamplerOverrides.NONE).sigmas())
        .isEqualTo(SigmaSpacing.KARRAS);
    assertThat(SamplerOptions.resolve(config,
        SamplerOverrides.parse(null, null, "default", null, null)).sigmas())
        .isEqualTo(SigmaSpacing.DEFAULT);
  }

  @Test
  void ignoresKeysThatDiffusersMarkedAsDefaults() {
    SamplerOptions options = SamplerOptions.resolve(References.config(
        "{\"_class_name\": \"PNDMScheduler\", \"timestep_spacing\": \"leading\","
            + " \"_use_default_values\": [\"timestep_spacing\"]}"),
        SamplerOverrides.of(SamplerKind.EULER));
    assertThat(options.spacing()).isEqualTo(Spacing.LINSPACE);
  }

  @Test
  void saysWhatHasNoEffect() {
    SamplerOptions options = SamplerOptions.resolve(References.config(
        "{\"_class_name\": \"EulerDiscreteScheduler\", \"use_karras_sigmas\": true,"
            + " \"rescale_betas_zero_snr\": true, \"steps_offset\": 1, \"rho\": 7}"),
        SamplerOverrides.of(SamplerKind.PNDM));
    assertThat(options.notes()).containsExactly(
        "The scheduler config's \"use_karras_sigmas\" has no effect on pndm.",
        "The scheduler config's \"rescale_betas_zero_snr\" has no effect on pndm.",
        "The scheduler config's \"rho\" is not known and has no effect.");
  }

  @Test
  void stableDiffusionIsNeitherClippedNorShifted() {
    SchedulerConfig old = References.config(DDIM).forStableDiffusion();
    SamplerOptions options = SamplerOptions.resolve(old, SamplerOverrides.NONE);
    assertThat(options.toJson().path("clip_sample").asBoolean()).isFalse();
    assertThat(options.toJson().path("steps_offset").asInt()).isEqualTo(1);
  }

  @Test
  void readsAnInfiniteBound() {
    SamplerOptions options = SamplerOptions.resolve(References.config(
        "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"lambda_min_clipped\": -Infinity}"),
        SamplerOverrides.NONE);
    assertThat(Sampler.of(options, 4).timesteps()).containsExactly(999, 749, 500, 250);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LMSDiscreteScheduler", "FlowMatchEulerDiscreteScheduler", ""})
  void asksForASamplerWhereTheConfigsIsNotSupported(String className) {
    SchedulerConfig config = References.config("{\"_class_name\": \"" + className + "\"}");
    assertThatThrownBy(() -> SamplerOptions.resolve(config, SamplerOverrides.NONE))
        .isInstanceOf(BadModelException.class)
        .hasMessage("scheduler_config.json: the scheduler class \"" + className
            + "\" is not supported. Choose a sampler with --sampler: ddim, pndm, euler, euler-a,"
            + " heun, dpmpp-2m, unipc, lcm.");
    assertThat(SamplerOptions.resolve(config, SamplerOverrides.of(SamplerKind.DDIM)).kind())
        .isEqualTo(SamplerKind.DDIM);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      UniPCMultistepScheduler     | 'use_beta_sigmas': true
      UniPCMultistepScheduler     | 'use_flow_sigmas': true
      UniPCMultistepScheduler     | 'use_dynamic_shifting': true
      UniPCMultistepScheduler     | 'solver_p': {}
      UniPCMultistepScheduler     | 'solver_type': 'bh3'
      UniPCMultistepScheduler     | 'disable_corrector': 'all'
      UniPCMultistepScheduler     | 'final_sigmas_type': 'one'
      UniPCMultistepScheduler     | 'predict_x0': false
      DPMSolverMultistepScheduler | 'algorithm_type': 'dpmsolver'
      DPMSolverMultistepScheduler | 'variance_type': 'learned'
      DPMSolverMultistepScheduler | 'solver_order': 4
      DPMSolverMultistepScheduler | 'prediction_type': 'flow_prediction'
      EulerDiscreteScheduler      | 'timestep_spacing': 'random'
      EulerDiscreteScheduler      | 'interpolation_type': 'cubic'
      EulerDiscreteScheduler      | 'timestep_type': 'other'
      EulerDiscreteScheduler      | 'use_karras_sigmas': 'yes'
      EulerDiscreteScheduler      | 'use_exponential_sigmas': true, 'use_karras_sigmas': true
      EulerAncestralDiscreteScheduler | 'prediction_type': 'sample'
      PNDMScheduler               | 'prediction_type': 'sample'
      PNDMScheduler               | 'steps_offset': -1
      LCMScheduler                | 'original_inference_steps': 2000
      DDIMScheduler               | 'sample_max_value': 0.5, 'thresholding': true
      """)
  void refusesWhatItCannotDo(String className, String setting) {
    SchedulerConfig config = References.config(
        ("{'_class_name': '" + className + "', " + setting + "}").replace('\'', '"'));
    String key = setting.substring(1, setting.indexOf('\'', 1));
    String named = key.equals("predict_x0") ? "final_sigmas_type" : key;
    assertThatThrownBy(
        () -> Sampler.of(SamplerOptions.resolve(config, SamplerOverrides.NONE), 10))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("\"" + named + "\" is ");
  }

  @ParameterizedTest
  @EnumSource(value = SamplerKind.class, names = {"DDIM", "PNDM", "EULER_ANCESTRAL", "LCM"})
  void refusesKarrasSigmasWhereThereAreNone(SamplerKind kind) {
    SamplerOverrides karras = new SamplerOverrides(kind, null, SigmaSpacing.KARRAS, null, null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplerOptions.resolve(References.config(DDIM), karras))
        .withMessage("The sampler " + kind.id() + " has no karras sigmas; choose one of euler,"
            + " heun, dpmpp-2m, unipc, or leave the option out.");
  }

  @ParameterizedTest
  @EnumSource(value = SamplerKind.class, names = {"PNDM", "HEUN"})
  void refusesZeroSnrWhereItIsNotDefined(SamplerKind kind) {
    assertThatIllegalArgumentException().isThrownBy(() -> SamplerOptions.resolve(
        References.config(DDIM), new SamplerOverrides(kind, null, null, true, null)));
    assertThat(SamplerOptions.resolve(References.config(DDIM),
        new SamplerOverrides(kind, null, null, false, null)).zeroSnr()).isFalse();
  }

  @Test
  void namesTheChoicesForAMistypedName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplerOverrides.parse("eulr", null, null, null, null))
        .withMessage("There is no sampler \"eulr\"; choose one of ddim, pndm, euler, euler-a,"
            + " heun, dpmpp-2m, unipc, lcm.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplerOverrides.parse(null, "even", null, null, null))
        .withMessage("There is no spacing \"even\"; choose one of leading, trailing, linspace.");
  }
}
