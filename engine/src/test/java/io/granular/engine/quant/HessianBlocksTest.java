package io.granular.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.metric.Statistics;
import io.granular.engine.quant.Treatments.Clip;
import io.granular.engine.quant.Treatments.Gptq;
import java.util.List;
import org.junit.jupiter.api.Test;

/** GPTQ on blocks of a Hessian. */
class HessianBlocksTest {
  private static final WeightScheme AXIS =
      new WeightScheme(4, new Granularity.PerAxis(0), Mapping.SYMMETRIC);
  private static final WeightScheme GROUPS =
      new WeightScheme(4, new Granularity.PerGroup(8), Mapping.ASYMMETRIC);
  private static final int ROWS = 10;
  private static final int COLUMNS = 64;

  @Test
  void cutsOnlyWhatIsTooLargeAndEvenly() {
    assertThat(HessianBlocks.of(640, 9, AXIS, false)).containsExactly(640);
    assertThat(HessianBlocks.of(6144, 1, AXIS, true)).containsExactly(6144);
    // The 3x3 convolutions of Stable Diffusion 1.5 with 1280, 1920 and 2560 inputs.
    assertThat(HessianBlocks.of(1280, 9, AXIS, false)).containsExactly(640, 640);
    assertThat(HessianBlocks.of(1920, 9, AXIS, false)).containsExactly(640, 640, 640);
    assertThat(HessianBlocks.of(2560, 9, AXIS, false)).containsExactly(640, 640, 640, 640);
  }

  @Test
  void keepsRotationsAndGroupsInOnePiece() {
    assertThat(HessianBlocks.of(1280, 9, AXIS, true)).containsExactly(512, 512, 256);
    assertThat(HessianBlocks.of(1024, 9, AXIS, true)).isEmpty();
    WeightScheme wide = new WeightScheme(4, new Granularity.PerGroup(128), Mapping.SYMMETRIC);
    assertThat(HessianBlocks.of(1280, 9, wide, false)).containsExactly(640, 640);
    assertThat(HessianBlocks.of(1152, 9, wide, false)).containsExactly(640, 512);
  }

  @Test
  void equalsTheWholeHessianWhereThatHasBlocksAnyway() {
    for (WeightScheme scheme : List.of(AXIS, GROUPS)) {
      for (boolean order : new boolean[]{false, true}) {
        float[] a = hessian(1, 40);
        float[] b = hessian(2, 24);
        float[] whole = new float[COLUMNS * COLUMNS];
        for (int i = 0; i < 40; i++) {
          System.arraycopy(a, i * 40, whole, i * COLUMNS, 40);
        }
        for (int i = 0; i < 24; i++) {
          System.arraycopy(b, i * 24, whole, (40 + i) * COLUMNS + 40, 24);
        }
        // The same damping for both ways: it is a part of a block's mean.
        Gptq options = new Gptq(1e-6, order);
        QuantizedTensor one = quantize(scheme, List.of(whole), options);
        QuantizedTensor two = quantize(scheme, List.of(a, b), options);
        assertThat(two.q()).as(scheme + " " + order).isEqualTo(one.q());
        assertThat(Statistics.maxRelative(one.scale(), two.scale())).isLessThan(1e-6);
      }
    }
  }

  @Test
  void liesBetweenRoundingAndTheWholeHessian() {
    float[] whole = hessian(3, COLUMNS);
    float[] first = block(whole, 0, 32);
    float[] second = block(whole, 32, 32);
    float[] weight = weight();
    double nearest = TreatmentFixtures.weightedError(weight,
        RangeSearch.quantize(weight, ROWS, COLUMNS, AXIS, Clip.MINMAX).dequantize(), whole, ROWS);
    double full = TreatmentFixtures.weightedError(weight,
        quantize(AXIS, List.of(whole.clone()), Gptq.USUAL).dequantize(), whole, ROWS);
    double blocks = TreatmentFixtures.weightedError(weight,
        quantize(AXIS, List.of(first, second), Gptq.USUAL).dequantize(), whole, ROWS);
    assertThat(blocks).isLessThan(nearest).isGreaterThan(full);
  }

  @Test
  void blocksThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> quantize(GROUPS, List.of(hessian(1, 36), hessian(2, 28)), Gptq.USUAL))
        .hasMessageContaining("cuts a group of 8");
    assertThatThrownBy(() -> quantize(AXIS, List.of(hessian(1, 32)), Gptq.USUAL))
        .hasMessageContaining("of 32 columns");
  }

  private static QuantizedTensor quantize(WeightScheme scheme, List<float[]> hessians,
      Gptq options) {
    return ErrorFeedback.quantize(weight(), ROWS, COLUMNS, scheme, Clip.MINMAX, hessians, options);
  }

  private static float[] weight() {
    return TreatmentFixtures.gaussian(7, ROWS * COLUMNS);
  }

  /** Of inputs that have much in common. */
  private static float[] hessian(long seed, int n) {
    float[] x = TreatmentFixtures.gaussian(seed, 4 * n * n);
    for (int row = 0; row < 4 * n; row++) {
      for (int i = 1; i < n; i++) {
        x[row * n + i] += x[row * n] * 0.9f;
      }
    }
    return TreatmentFixtures.statistics(x, n).hessians().getFirst();
  }

  private static float[] block(float[] whole, int from, int n) {
    float[] block = new float[n * n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(whole, (from + i) * COLUMNS + from, block, i * n, n);
    }
    return block;
  }
}
