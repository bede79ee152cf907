package io.granular.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.metric.Statistics;
import io.granular.engine.quant.Treatments.Clip;
import io.granular.engine.quant.Treatments.Gptq;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each treatment promises, on a layer {@code y = x W^T}. */
class TreatedWeightTest {
  private static final int ROWS = 40;
  private static final int CHANNELS = 96;
  private static final int SAMPLES = 300;
  private static final WeightScheme INT4 =
      new WeightScheme(4, new Granularity.PerAxis(0), Mapping.SYMMETRIC);

  private final float[] x = TreatmentFixtures.inputs(SAMPLES, CHANNELS);
  private final float[] weight = TreatmentFixtures.gaussian(1, ROWS * CHANNELS);
  private final LayerStatistics statistics = TreatmentFixtures.statistics(x, CHANNELS);
  private final float[] y = TreatmentFixtures.product(x, weight, CHANNELS);

  @Test
  void withoutTreatmentsItIsRoundedToTheNearest() {
    QuantizedTensor plain =
        AffineQuantizer.quantize(FloatReader.of(weight), ROWS, CHANNELS, INT4);
    TreatedWeight treated =
        TreatedWeight.of(weight.clone(), ROWS, 1, INT4, Treatments.NONE, null);

    assertThat(treated.integers().q()).isEqualTo(plain.q());
    assertThat(treated.integers().scale()).isEqualTo(plain.scale());
  }

  @ParameterizedTest
  @EnumSource
  void clippingNeverAddsSquaredError(Mapping mapping) {
    for (int bits = 2; bits <= 8; bits++) {
      WeightScheme scheme = new WeightScheme(bits, new Granularity.PerGroup(32), mapping);
      float[] whole =
          RangeSearch.quantize(weight, ROWS, CHANNELS, scheme, Clip.MINMAX).dequantize();
      float[] clipped =
          RangeSearch.quantize(weight, ROWS, CHANNELS, scheme, Clip.MSE).dequantize();
      for (int group = 0; group < weight.length; group += 32) {
        float[] w = Arrays.copyOfRange(weight, group, group + 32);
        assertThat(TreatmentFixtures.squared(w, Arrays.copyOfRange(clipped, group, group + 32)))
            .isLessThanOrEqualTo(TreatmentFixtures.squared(w,
                Arrays.copyOfRange(whole, group, group + 32)) * (1 + 1e-6));
      }
      if (bits <= 4) {
        assertThat(TreatmentFixtures.squared(weight, clipped))
            .isLessThan(0.95 * TreatmentFixtures.squared(weight, whole));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 96, 128, 320})
  void rotationIsItsOwnInverseAndKeepsLengths(int channels) {
    float[] before = TreatmentFixtures.gaussian(5, 3 * channels * 2);
    float[] rotated = before.clone();
    Hadamard.rotate(rotated, 3, channels, 2);
    assertThat(norm(rotated)).isCloseTo(norm(before), Offset.offset(1e-3));
    if (Hadamard.block(channels) > 1) {
      assertThat(rotated).isNotEqualTo(before);
    }
    Hadamard.rotate(rotated, 3, channels, 2);
    assertThat(Statistics.maxRelative(before, rotated)).isLessThan(1e-5);
  }

  @Test
  void rotatingTheHessianIsRotatingTheInput() {
    float[] hessian = statistics.hessians().getFirst().clone();
    Hadamard.rotateBothSides(hessian, CHANNELS, 1);
    float[] rotated = x.clone();
    Hadamard.rotate(rotated, SAMPLES, CHANNELS, 1);
    assertThat(Statistics.maxRelative(
        TreatmentFixtures.statistics(rotated, CHANNELS).hessians().getFirst(), hessian))
        .isLessThan(1e-4);
    // Two taps per channel: the same as channel pairs (c, t) laid out as c*2+t.
    float[] wide = TreatmentFixtures.inputs(50, 32);
    float[] turned = wide.clone();
    Hadamard.rotate(turned, 50, 16, 2);
    float[] both = TreatmentFixtures.statistics(wide, 32).hessians().getFirst().clone();
    Hadamard.rotateBothSides(both, 16, 2);
    assertThat(Statistics
        .maxRelative(TreatmentFixtures.statistics(turned, 32).hessians().getFirst(), both))
        .isLessThan(1e-4);
  }

  @Test
  void smoothingAndRotationLeaveTheProductAsItWas() {
    WeightScheme fine = new WeightScheme(8, new Granularity.PerGroup(2), Mapping.ASYMMETRIC);
    Treatments both = new Treatments(false, 0.5, true, 0, Clip.MINMAX, null, false);
    TreatedWeight treated =
        TreatedWeight.of(weight.clone(), ROWS, 1, fine, both, statistics);
    assertThat(treated.smooth()).isNotNull();
    float[] result =
        TreatmentFixtures.product(input(treated, true), treated.integers().dequantize(), CHANNELS);
    assertThat(Statistics.sqnr(y, result)).isGreaterThan(50);
  }

  @Test
  void smoothingBalancesInputAndWeights() {
    float[] scales = Smoothing.scales(statistics.largest(), weight, 1, 0.5);
    for (int j = 0; j < CHANNELS; j++) {
      float heaviest = 0;
      for (int row = 0; row < ROWS; row++) {
        heaviest = Math.max(heaviest, Math.abs(weight[row * CHANNELS + j]));
      }
      assertThat(statistics.largest()[j] / scales[j]).isCloseTo(heaviest * scales[j],
          Percentage.withPercentage(0.01));
    }
  }

  @Test
  void residualsFallWithRankAndAtFullRankVanish() {
    double last = Double.MAX_VALUE;
    for (int rank : new int[]{1, 4, 16, 32, ROWS}) {
      LowRank branch = LowRank.of(weight, ROWS, CHANNELS, rank);
      double rest = norm(branch.residual(weight, ROWS, CHANNELS));
      assertThat(rest).isLessThan(last);
      last = rest;
    }
    assertThat(last).isLessThan(2e-3 * norm(weight));
  }

  @Test
  void lowRankFindsWhatIsLowRank() {
    float[] l = TreatmentFixtures.gaussian(8, ROWS * 3);
    float[] r = TreatmentFixtures.gaussian(9, 3 * CHANNELS);
    float[] product = new float[ROWS * CHANNELS];
    for (int i = 0; i < product.length; i++) {
      for (int k = 0; k < 3; k++) {
        product[i] += l[i / CHANNELS * 3 + k] * r[k * CHANNELS + i % CHANNELS];
      }
    }
    LowRank branch = LowRank.of(product, ROWS, CHANNELS, 3);
    assertThat(norm(branch.residual(product, ROWS, CHANNELS))).isLessThan(1e-3 * norm(product));
  }

  @Test
  void biasCorrectionMakesTheMeanErrorZero() {
    Treatments bias = new Treatments(false, 0.5, true, 4, Clip.MSE, null, true);
    TreatedWeight treated =
        TreatedWeight.of(weight.clone(), ROWS, 1, INT4, bias, statistics);
    float[] result = output(treated);
    for (int row = 0; row < ROWS; row++) {
      double error = 0;
      double shift = treated.shift()[row];
      for (int s = 0; s < SAMPLES; s++) {
        error += ((double) y[s * ROWS + row] - result[s * ROWS + row]) / SAMPLES;
      }
      // The branch's 16-bit rounding is not seen by the correction.
      assertThat(shift).isCloseTo(error, Offset.offset(2e-2));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gptqBeatsRoundingOnTheOutputAlsoAfterTheOthers(boolean others) {
    Treatments without =
        new Treatments(false, others ? 0.5 : null, others, others ? 4 : 0, Clip.MINMAX, null,
            false);
    Treatments with = new Treatments(false, without.smooth(), others, without.lowRank(),
        Clip.MINMAX, Gptq.USUAL, false);
    double nearest = TreatmentFixtures.squared(y,
        output(TreatedWeight.of(weight.clone(), ROWS, 1, INT4, without, statistics)));
    double feedback = TreatmentFixtures.squared(y,
        output(TreatedWeight.of(weight.clone(), ROWS, 1, INT4, with, statistics)));
    assertThat(feedback).isLessThan(0.8 * nearest);
  }

  @Test
  void channelsThatAreAlwaysZeroAreNoTrouble() {
    for (int i = 0; i < x.length; i++) {
      if (i % CHANNELS % 3 == 0) {
        x[i] = 0;
      }
    }
    LayerStatistics dead = TreatmentFixtures.statistics(x, CHANNELS);
    Treatments all = new Treatments(false, 0.5, false, 0, Clip.MSE, Gptq.USUAL, true);
    for (float scale : TreatedWeight.of(weight.clone(), ROWS, 1, INT4, all, dead)
        .integers()
        .scale()) {
      assertThat(scale).isFinite().isPositive();
    }
    Arrays.fill(x, 0);
    TreatedWeight none = TreatedWeight.of(weight.clone(), ROWS, 1, INT4,
        new Treatments(false, null, false, 0, Clip.MINMAX, Gptq.USUAL, false),
        TreatmentFixtures.statistics(x, CHANNELS));
    assertThat(none.integers().q())
        .isEqualTo(AffineQuantizer.quantize(FloatReader.of(weight), ROWS, CHANNELS, INT4).q());
  }

  @Test
  void largeHessiansFactorInBlocks() {
    int n = 700;
    float[] inputs = TreatmentFixtures.gaussian(11, 900 * n);
    float[] hessian = TreatmentFixtures.statistics(inputs, n).hessians().getFirst();
    float[] u = hessian.clone();
    assertThat(UpperFactor.factor(u, n)).isTrue();
    // H U^-T is U D: below its diagonal nothing remains.
    double[] row = new double[n];
    for (int i : new int[]{0, 63, 64, 300, 635, 636, 699}) {
      for (int c = n - 1; c >= 0; c--) {
        double v = hessian[i * n + c];
        for (int m = c + 1; m < n; m++) {
          v -= row[m] * u[c * n + m];
        }
        row[c] = v;
      }
      for (int c = 0; c < i; c++) {
        assertThat(Math.abs(row[c])).isLessThan(0.05);
      }
    }
  }

  @Test
  void statisticsOfAnotherLayerAreRefused() {
    Treatments bias = new Treatments(false, null, false, 0, Clip.MINMAX, null, true);
    LayerStatistics other =
        TreatmentFixtures.statistics(TreatmentFixtures.inputs(10, 8), 8);
    assertThatThrownBy(
        () -> TreatedWeight.of(weight.clone(), ROWS, 1, INT4, bias, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("96 columns");
    assertThatThrownBy(
        () -> TreatedWeight.of(weight.clone(), ROWS, 1, INT4, bias, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The input as the integers meet it. */
  private float[] input(TreatedWeight treated, boolean rotated) {
    float[] own = x.clone();
    float[] smooth = treated.smooth();
    for (int i = 0; smooth != null && i < own.length; i++) {
      own[i] /= smooth[i % CHANNELS];
    }
    if (rotated) {
      Hadamard.rotate(own, SAMPLES, CHANNELS, 1);
    }
    return own;
  }

  private float[] output(TreatedWeight treated) {
    float[] own = input(treated, treated.smooth() != null);
    float[] result =
        TreatmentFixtures.product(own, treated.integers().dequantize(), CHANNELS);
    LowRank branch = treated.lowRank();
    if (branch != null) {
      float[] narrow = TreatmentFixtures.product(own, branch.right(), CHANNELS);
      float[] wide = TreatmentFixtures.product(narrow, branch.left(), branch.rank());
      for (int i = 0; i < result.length; i++) {
        result[i] += wide[i];
      }
    }
    return result;
  }

  private static double norm(float[] v) {
    return Math.sqrt(TreatmentFixtures.squared(v, new float[v.length]));
  }
}
