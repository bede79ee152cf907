package io.granular.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private static final float[] ZEROS = {0, 0};
  private static final float[] VALUES = {3, -4};

  @Test
  void sqnrIsTheRatioOfPowers() {
    assertThat(Statistics.sqnr(VALUES, new float[]{3.5f, -4})).isCloseTo(20, within(1e-12));
    assertThat(Statistics.sqnr(VALUES, VALUES)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Statistics.sqnr(ZEROS, VALUES)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Statistics.sqnr(ZEROS, ZEROS)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  /** Theory: uniform noise of one step has power step^2 / 12, so each bit is worth 6.02 dB. */
  @Test
  void oneMoreBitGainsSixDecibels() {
    Random random = new Random(5);
    float[] signal = new float[20_000];
    for (int i = 0; i < signal.length; i++) {
      signal[i] = random.nextFloat() * 2 - 1;
    }
    for (int bits = 3; bits < 12; bits++) {
      double gained = Statistics.sqnr(signal, rounded(signal, bits + 1))
          - Statistics.sqnr(signal, rounded(signal, bits));
      assertThat(gained).isCloseTo(6.02, within(0.2));
    }
  }

  @Test
  void maxRelativeIsTheLargestErrorOverTheLargestValue() {
    assertThat(Statistics.maxRelative(VALUES, new float[]{3.5f, -3})).isEqualTo(0.25);
    assertThat(Statistics.maxRelative(VALUES, VALUES)).isZero();
    assertThat(Statistics.maxRelative(ZEROS, ZEROS)).isZero();
    assertThat(Statistics.maxRelative(ZEROS, VALUES)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void notANumberIsNeverHidden() {
    float[] broken = {3, Float.NaN};
    assertThat(Statistics.sqnr(VALUES, broken)).isNaN();
    assertThat(Statistics.sqnr(broken, VALUES)).isNaN();
    assertThat(Statistics.maxRelative(VALUES, broken)).isNaN();
    assertThat(Statistics.maxRelative(broken, VALUES)).isNaN();
  }

  @Test
  void differentOrZeroLengthsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Statistics.sqnr(VALUES, new float[3]))
        .withMessageContainingAll("2", "3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Statistics.maxRelative(new float[1], VALUES));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Statistics.sqnr(new float[0], new float[0]));
  }

  private static float[] rounded(float[] values, int bits) {
    float step = 2f / (1 << bits);
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = Math.round(values[i] / step) * step;
    }
    return result;
  }
}
