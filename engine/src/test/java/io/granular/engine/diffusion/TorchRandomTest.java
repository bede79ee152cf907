package io.granular.engine.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchRandomTest {
  @Test
  void drawsTheFirstNumbersOfSeed42() {
    // torch 2.7.1: torch.randn(4, generator=torch.Generator().manual_seed(42)).tolist()
    assertThat(new TorchRandom(42).randn(4)).containsExactly(
        0.33669037f, 0.12880941f, 0.23446237f, 0.23033303f);
    // torch 2.7.1: torch.randn(16, generator=torch.Generator().manual_seed(42))[:4].tolist()
    assertThat(new TorchRandom(42).randn(16)).startsWith(
        1.9269153f, 1.4872841f, 0.9007172f, -2.105521f);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7, -1, 4294967303L, Long.MIN_VALUE, 1234567890123456789L})
  void continuesTheStreamOverCallsOfEverySize(long seed) {
    float[] expected = References.tensors("randn.safetensors").get(Long.toString(seed));
    TorchRandom random = new TorchRandom(seed);
    int at = 0;
    for (int n = 1; n <= 40; n++) {
      at = compare(random, n, expected, at);
    }
    for (int n : new int[]{100, 3, 5, 1000, 2}) {
      at = compare(random, n, expected, at);
    }
    assertThat(at).isEqualTo(expected.length);
  }

  private static int compare(TorchRandom random, int n, float[] expected, int at) {
    assertThat(random.randn(n)).as("call of %d numbers", n)
        .isEqualTo(Arrays.copyOfRange(expected, at, at + n));
    return at + n;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd1", "tiny-sd2", "tiny-sdxl"})
  void equalsTheInitialAndTheStepNoiseOfTheReferences(String pipeline) {
    Map<String, float[]> expected = References.tensors(
        References.GOLDENS.resolve(pipeline).resolve("expected/tensors.safetensors"));
    float[] initial = expected.get("pipeline.initial_noise");
    assertThat(new TorchRandom(7).randn(initial.length)).isEqualTo(initial);
    // The references drew the noise of step i from a generator of its own, seeded 7000 + i.
    float[] noise = expected.get("euler-a.noise");
    for (int i = 0; i * initial.length < noise.length; i++) {
      assertThat(new TorchRandom(7000 + i).randn(initial.length)).isEqualTo(
          Arrays.copyOfRange(noise, i * initial.length, (i + 1) * initial.length));
    }
  }

  @Test
  void usesTheLow32BitsOfTheSeed() {
    assertThat(new TorchRandom(1L << 32).randn(5)).isEqualTo(new TorchRandom(0).randn(5));
    assertThat(new TorchRandom(-1).randn(5)).isEqualTo(new TorchRandom(0xffffffffL).randn(5));
  }

  @Test
  void drawsNothingOnlyWhenAskedForNothing() {
    assertThat(new TorchRandom(1).randn(0)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new TorchRandom(1).randn(-1));
  }
}
