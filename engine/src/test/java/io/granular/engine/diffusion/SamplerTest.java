package io.granular.engine.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private static final float[] X = {1, 2, 3};

  @ParameterizedTest
  @CsvSource({"DDIM, 5, 0", "PNDM, 6, 0", "EULER, 5, 0", "EULER_ANCESTRAL, 5, 5", "HEUN, 9, 0",
      "DPMPP_2M, 5, 0", "UNIPC, 5, 0", "LCM, 5, 4"})
  void saysHowOftenItEvaluatesAndDraws(SamplerKind kind, int evaluations, int draws) {
    Sampler sampler = sampler(kind, "", 5);
    assertThat(sampler.timesteps()).hasSize(evaluations);
    assertThat(sampler.noiseDraws()).isEqualTo(draws);
    int[] drawn = {0};
    float[] x = X;
    for (int i = 0; i < evaluations; i++) {
      x = sampler.step(x, i, x, n -> {
        drawn[0]++;
        return new float[n];
      }).latents();
    }
    assertThat(drawn[0]).isEqualTo(draws);
  }

  @ParameterizedTest
  @EnumSource
  void leavesItsArgumentsAlone(SamplerKind kind) {
    Sampler sampler = sampler(kind, "", 3);
    float[] x = X.clone();
    float[] out = {0.5f, -0.5f, 0.25f};
    sampler.scaleInput(x, 0);
    sampler.step(out, 0, x, float[]::new);
    assertThat(x).isEqualTo(X);
    assertThat(out).containsExactly(0.5f, -0.5f, 0.25f);
  }

  @Test
  void takesEachEvaluationOnceAndInOrder() {
    Sampler sampler = sampler(SamplerKind.EULER, "", 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler.step(X, 1, X, NoiseSource.NONE))
        .withMessageContaining("Evaluation 1 of 2 was handed in where 0 is the next");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler.step(new float[2], 0, X, NoiseSource.NONE))
        .withMessageContaining("2 numbers");
    sampler.step(X, 0, X, NoiseSource.NONE);
    sampler.step(X, 1, X, NoiseSource.NONE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler.step(X, 2, X, NoiseSource.NONE));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1001})
  void refusesAnImpossibleNumberOfSteps(int steps) {
    for (SamplerKind kind : SamplerKind.values()) {
      assertThatIllegalArgumentException().isThrownBy(() -> sampler(kind, "", steps))
          .withMessage("The number of steps is " + steps + "; this model takes from 1 to 1000.");
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      LCM      |                                         | 51   | at most the 50 steps
      PNDM     | 'skip_prk_steps': false                 | 3    | at least 4 steps
      DDIM     | 'steps_offset': 1                       | 1000 | start at timestep 1000
      PNDM     | 'steps_offset': 1, 'skip_prk_steps': true | 1000 | start at timestep 1000
      DDIM     | 'rescale_betas_zero_snr': true, 'timestep_spacing': 'trailing' | 5 | zero signal
      LCM      | 'rescale_betas_zero_snr': true          | 5    | zero signal
      DPMPP_2M | 'timestep_spacing': 'leading'           | 1000 | take fewer steps
      DPMPP_2M |                                         | 1000 | take fewer steps
      UNIPC    |                                         | 1000 | take fewer steps
      """)
  void explainsWhyARunCannotBe(SamplerKind kind, String settings, int steps, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler(kind, settings == null ? "" : settings, steps))
        .withMessageContaining(message);
  }

  /** The reference's rounding adds timestep -1 for these numbers of steps; no model has it. */
  @ParameterizedTest
  @ValueSource(ints = {61, 103, 434})
  void trailingSpacingHasAsManyTimestepsAsSteps(int steps) {
    double[] t = sampler(SamplerKind.DDIM, "'timestep_spacing': 'trailing'", steps).timesteps();
    assertThat(t).hasSize(steps);
    assertThat(t[0]).isEqualTo(999);
    assertThat(t[steps - 1]).isBetween(0.0, 1000.0 / steps);
  }

  @Test
  void recordedNoiseIsHandedOutInOrderUntilUsedUp() {
    NoiseSource noise = new RecordedNoise(new float[]{1, 2, 3, 4, 5}, "noise.safetensors");
    assertThat(noise.next(2)).containsExactly(1, 2);
    assertThat(noise.next(2)).containsExactly(3, 4);
    assertThatIllegalArgumentException().isThrownBy(() -> noise.next(2))
        .withMessageStartingWith("The noise of noise.safetensors is used up: it holds 5 numbers,"
            + " 4 are used and the next step needs 2.");
  }

  private static Sampler sampler(SamplerKind kind, String settings, int steps) {
    String prk = kind == SamplerKind.PNDM && settings.isEmpty() ? "'skip_prk_steps': true" : "";
    String json = "{'_class_name': '" + kind.className() + "'" + (settings + prk).transform(
        s -> s.isEmpty() ? s : ", " + s) + "}";
    return Sampler.of(SamplerOptions.resolve(References.config(json.replace('\'', '"')),
        SamplerOverrides.NONE), steps);
  }
}
