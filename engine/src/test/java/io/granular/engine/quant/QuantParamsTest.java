package io.granular.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantParamsTest {
  private static final IntegerRange INT8 = new IntegerRange(-128, 127);

  @Test
  void tiesGoToTheEvenInteger() {
    QuantParams unit = new QuantParams(1f, 0);
    float[] x = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 126.5f, 127.5f, -128.5f};
    byte[] q = new byte[x.length];

    unit.quantize(x, 0, x.length, INT8, q, 0);

    assertThat(q).containsExactly(0, 2, 2, 0, -2, -2, 126, 127, -128);
  }

  @Test
  void farOutliersClampToTheEnds() {
    QuantParams params = new QuantParams(1e-6f, 100);
    float[] x = {1e30f, -1e30f, Float.MAX_VALUE, -Float.MAX_VALUE};
    byte[] q = new byte[x.length];

    params.quantize(x, 0, x.length, new IntegerRange(0, 255), q, 0);

    assertThat(q).containsExactly((byte) 255, 0, (byte) 255, 0);
  }

  @ParameterizedTest
  @EnumSource(Mapping.class)
  void roundsExactlyAsMathRint(Mapping mapping) {
    Random random = new Random(7);
    for (int bits = 2; bits <= 8; bits++) {
      IntegerRange range = IntegerRange.of(bits, mapping);
      for (int i = 0; i < 2_000; i++) {
        float[] x = {(float) random.nextGaussian(), 3f * random.nextFloat()};
        QuantParams params =
            QuantParams.choose(Math.min(x[0], x[1]), Math.max(x[0], x[1]), mapping, range);
        byte[] q = new byte[1];
        params.quantize(x, i % 2, 1, range, q, 0);

        double rounded = Math.rint(x[i % 2] * (1f / params.scale())) + params.zeroPoint();
        assertThat(range.decode(q[0]))
            .isEqualTo((int) Math.clamp(rounded, range.min(), range.max()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Mapping.class)
  void zeroStaysExactlyZero(Mapping mapping) {
    Random random = new Random(8);
    for (int i = 0; i < 500; i++) {
      float a = (float) random.nextGaussian() * 10;
      float b = a + random.nextFloat() * 10;
      IntegerRange range = IntegerRange.of(2 + i % 7, mapping);
      QuantParams params = QuantParams.choose(a, b, mapping, range);
      byte[] q = new byte[1];
      float[] back = {1f};

      params.quantize(new float[]{0f}, 0, 1, range, q, 0);
      params.dequantize(q, 0, 1, range, back, 0);

      assertThat(back[0]).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Mapping.class)
  void allZerosTakeTheSmallestScale(Mapping mapping) {
    QuantParams params = QuantParams.choose(0f, 0f, mapping, IntegerRange.of(4, mapping));

    assertThat(params).isEqualTo(new QuantParams(0x1p-23f, 0));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void numbersMustBeFinite(float bad) {
    assertThatThrownBy(() -> QuantParams.choose(bad, bad, Mapping.SYMMETRIC, INT8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("finite");
  }
}
