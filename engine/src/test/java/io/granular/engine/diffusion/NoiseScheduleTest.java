package io.granular.engine.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.BadModelException;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseScheduleTest {
  private static final String LATENT =
      "'beta_start': 0.00085, 'beta_end': 0.012, 'beta_schedule': 'scaled_linear'";
  private static final String TRAINED = IntStream.range(0, 20)
      .mapToObj(i -> String.format(java.util.Locale.ROOT, "%.3f", 0.01 + 0.004 * i))
      .collect(Collectors.joining(", ", "'num_train_timesteps': 20, 'trained_betas': [", "]"));

  @ParameterizedTest
  @ValueSource(strings = {"scaled_linear", "linear", "squaredcos_cap_v2", "exp", "trained", "odd"})
  void equalsTheReferenceBitForBit(String name) {
    float[] actual = NoiseSchedule.of(named(name)).alphasCumprod();
    assertThat(Arrays.mismatch(actual, reference(name))).isEqualTo(-1);
  }

  /** PyTorch's square root is off by a last bit here and there, and the rescaling subtracts roots. */
  @ParameterizedTest
  @ValueSource(strings = {"zero_snr", "zero_snr_floor"})
  void rescalesToZeroSnr(String name) {
    NoiseSchedule schedule = name.endsWith("floor")
        ? NoiseSchedule.withSignal(named(name))
        : NoiseSchedule.of(named(name));
    float[] expected = reference(name);
    for (int t = 0; t < expected.length; t++) {
      assertThat(schedule.alpha(t)).as("timestep %d", t)
          .isCloseTo(expected[t], withPercentage(t < 990 ? 1e-3 : 0.05));
    }
    assertThat(schedule.alpha(999)).isEqualTo(name.endsWith("floor") ? 0x1p-24f : 0);
  }

  private static float[] reference(String name) {
    return References.tensors("alphas-cumprod.safetensors").get(name);
  }

  private static Settings named(String name) {
    return switch (name) {
      case "scaled_linear" -> settings(LATENT);
      case "linear" -> settings("'beta_schedule': 'linear'");
      case "squaredcos_cap_v2" -> settings("'beta_schedule': 'squaredcos_cap_v2'");
      case "exp" -> settings("'beta_schedule': 'exp'");
      case "trained" -> settings(TRAINED);
      case "odd" -> settings(LATENT + ", 'num_train_timesteps': 777");
      default -> settings(LATENT + ", 'rescale_betas_zero_snr': true");
    };
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      'beta_schedule': 'sigmoid'                     | "beta_schedule" is "sigmoid"
      'num_train_timesteps': 0                       | "num_train_timesteps" is 0
      'num_train_timesteps': 2000000000              | "num_train_timesteps" is 2000000000
      'num_train_timesteps': '1000'                  | "num_train_timesteps" is "1000"
      'beta_start': -0.1                             | "beta_start" is -0.1
      'beta_end': 'much'                             | "beta_end" is "much"
      'trained_betas': [0.1]                         | "trained_betas" is [0.1]
      'num_train_timesteps': 2, 'trained_betas': [0, 1] | "trained_betas" is [0,1]
      """, quoteCharacter = '`')
  void saysWhichValueOfTheFileIsWrong(String json, String message) {
    assertThatThrownBy(() -> NoiseSchedule.of(settings(json)))
        .isInstanceOf(BadModelException.class)
        .hasMessageStartingWith("scheduler_config.json: " + message);
  }

  private static Settings settings(String singleQuoted) {
    String json = "{'_class_name': 'DDIMScheduler', " + singleQuoted + "}";
    ObjectNode config = References.config(json.replace('\'', '"')).json();
    return SamplerOptions.resolve(References.config(config), SamplerOverrides.NONE).settings();
  }
}
