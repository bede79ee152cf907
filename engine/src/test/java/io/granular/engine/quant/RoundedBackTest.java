package io.granular.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundedBackTest {
  private static final int ROWS = 24;
  private static final int COLUMNS = 96;

  @ParameterizedTest
  @CsvSource({"3,32,ASYMMETRIC", "4,32,ASYMMETRIC", "4,0,SYMMETRIC", "8,0,SYMMETRIC",
      "3,0,SYMMETRIC_NO_CLIPPING_ERR", "2,16,ASYMMETRIC", "8,0,ASYMMETRIC"})
  void integersComeBackThoughTheyWereMoved(int bits, int group, Mapping mapping) {
    WeightScheme scheme = new WeightScheme(bits,
        group == 0 ? new Granularity.PerAxis(0) : new Granularity.PerGroup(group), mapping);
    QuantizedTensor moved = moved(scheme, new Random(bits));

    QuantizedTensor again = AffineQuantizer.quantize(FloatReader.of(RoundedBack.weights(moved)),
        ROWS, COLUMNS, scheme);

    int run = moved.q().length / moved.scale().length;
    for (int i = 0; i < moved.scale().length; i++) {
      assertThat(again.scale()[i]).isCloseTo(moved.scale()[i],
          Offset.offset(moved.scale()[i] * 1e-6f));
      assertThat(again.zeroPoint()[i]).isEqualTo(moved.zeroPoint()[i]);
      int other = 0;
      for (int k = i * run; k < (i + 1) * run; k++) {
        other += again.q()[k] == moved.q()[k] ? 0 : 1;
      }
      assertThat(other).isLessThanOrEqualTo(2);
    }
  }

  /** As rounding leaves them, then some moved by a step within the range, as GPTQ does. */
  private static QuantizedTensor moved(WeightScheme scheme, Random random) {
    float[] weights = new float[ROWS * COLUMNS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian() * 0.1f;
    }
    QuantizedTensor q =
        AffineQuantizer.quantize(FloatReader.of(weights), ROWS, COLUMNS, scheme);
    IntegerRange range = scheme.integers();
    byte[] codes = q.q().clone();
    for (int i = 0; i < codes.length; i++) {
      int step = random.nextInt(3) - 1;
      codes[i] = (byte) Math.clamp(range.decode(codes[i]) + step, range.min(), range.max());
    }
    return new QuantizedTensor(ROWS, COLUMNS, codes, q.scale(), q.zeroPoint(), scheme);
  }
}
