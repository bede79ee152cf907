package io.granular.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalTest {
  @Test
  void equalsATextbookExample() {
    // mean 5, s = sqrt(2.5), t(4) = 2.776: 2.776 * sqrt(2.5 / 5) = 1.963
    Interval interval = Interval.of(3, 4, 5, 6, 7);

    assertThat(interval.mean()).isEqualTo(5, within(1e-12));
    assertThat(interval.high() - interval.mean()).isEqualTo(1.963, within(1e-3));
    assertThat(interval.mean() - interval.low()).isEqualTo(1.963, within(1e-3));
  }

  /** 95 of 100 intervals hold the true mean: within four standard errors of that share. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 31, 60})
  void coversTheTrueMean(int n) {
    Random random = new Random(n);
    int trials = 20_000;
    int covered = 0;
    for (int i = 0; i < trials; i++) {
      double[] samples = new double[n];
      for (int j = 0; j < n; j++) {
        samples[j] = 3 + 2 * random.nextGaussian();
      }
      Interval interval = Interval.of(samples);
      covered += interval.low() <= 3 && 3 <= interval.high() ? 1 : 0;
    }
    assertThat((double) covered / trials).isEqualTo(0.95,
        within(4 * Math.sqrt(0.95 * 0.05 / trials)));
  }

  @Test
  void pairsCancelWhatBothShare() {
    double[] a = {10.1, 20.12, 30.1};
    double[] b = {10, 20, 30};

    Interval paired = Interval.ofDifferences(a, b);

    assertThat(paired.mean()).isEqualTo(0.32 / 3, within(1e-9));
    assertThat(paired.low()).isPositive().isLessThan(paired.mean()).isNotNaN();
  }

  @Test
  void oneSampleHasNoInterval() {
    assertThat(Interval.of(4).mean()).isEqualTo(4);
    assertThat(Interval.of(4).low()).isNaN();
    assertThat(Interval.of().samples()).isZero();
  }
}
