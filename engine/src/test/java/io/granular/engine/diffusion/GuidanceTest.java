package io.granular.engine.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuidanceTest {
  private static final Map<String, float[]> REFERENCE = References.tensors("guidance.safetensors");

  @ParameterizedTest
  @CsvSource({"7.5, 0", "7.5, 0.7"})
  void combinesAsDiffusersDoes(double scale, double rescale) {
    float[] guided = new Guidance(scale, rescale).combine(REFERENCE.get("unconditional"),
        REFERENCE.get("conditional"));
    String key = rescale == 0 ? "7.5" : "7.5-rescale-0.7";
    assertThat(References.relativeError(guided, REFERENCE.get(key))).isLessThan(1e-6);
  }

  @Test
  void runsTheNetworkTwiceOnlyAboveScaleOne() {
    assertThat(Guidance.of(1).enabled()).isFalse();
    assertThat(Guidance.of(1.01).enabled()).isTrue();
  }

  @Test
  void aScaleOfOneIsTheConditionalPrediction() {
    assertThat(Guidance.of(1).combine(new float[]{0, 2}, new float[]{1, -1}))
        .containsExactly(1, -1);
  }

  @Test
  void refusesNonsense() {
    assertThatIllegalArgumentException().isThrownBy(() -> Guidance.of(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> new Guidance(5, 1.5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Guidance.of(5).combine(new float[2], new float[3]));
  }
}
