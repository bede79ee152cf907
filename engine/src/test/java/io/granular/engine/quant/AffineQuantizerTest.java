package io.granular.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.torch.ScalarType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AffineQuantizerTest {
  private static final WeightScheme INT8_PER_TENSOR =
      new WeightScheme(8, new Granularity.PerTensor(), Mapping.ASYMMETRIC);

  @Test
  void aRunLongerThanAChunkEqualsTheSameNumbersAtOnce() {
    float[] values = gaussian(300 * 1000);
    IntegerRange range = INT8_PER_TENSOR.integers();

    QuantizedTensor result =
        AffineQuantizer.quantize(FloatReader.of(values), 300, 1000, INT8_PER_TENSOR);

    float min = Float.MAX_VALUE;
    float max = -Float.MAX_VALUE;
    for (float value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    QuantParams params = QuantParams.choose(min, max, Mapping.ASYMMETRIC, range);
    byte[] expected = new byte[values.length];
    params.quantize(values, 0, values.length, range, expected, 0);
    assertThat(result.scale()).containsExactly(params.scale());
    assertThat(result.zeroPoint()).containsExactly(params.zeroPoint());
    assertThat(result.q()).isEqualTo(expected);
  }

  @Test
  void manyChunksEqualOneRowAtATime() {
    int rows = 700;
    int cols = 320;
    float[] values = gaussian(rows * cols);
    WeightScheme scheme =
        new WeightScheme(4, new Granularity.PerGroup(32), Mapping.SYMMETRIC_NO_CLIPPING_ERR);

    QuantizedTensor whole = AffineQuantizer.quantize(FloatReader.of(values), rows, cols, scheme);

    for (int row = 0; row < rows; row++) {
      int from = row * cols;
      FloatReader one =
          (at, to, count) -> System.arraycopy(values, from + (int) at, to, 0, count);
      QuantizedTensor part = AffineQuantizer.quantize(one, 1, cols, scheme);
      assertThat(part.q()).isEqualTo(Arrays.copyOfRange(whole.q(), from, from + cols));
      assertThat(part.scale())
          .isEqualTo(Arrays.copyOfRange(whole.scale(), row * 10, row * 10 + 10));
    }
  }

  @Test
  void sixteenBitSourcesEqualTheirWidenedNumbers() {
    try (Arena arena = Arena.ofShared()) {
      int count = 3 * 70_000;
      MemorySegment halves = arena.allocate(count * 2L + 1).asSlice(1);
      MemorySegment brains = arena.allocate(count * 2L + 1).asSlice(1);
      MemorySegment floats = arena.allocate(count * 4L + 1).asSlice(1);
      float[] fromHalves = new float[count];
      float[] fromBrains = new float[count];
      float[] values = gaussian(count);
      for (int i = 0; i < count; i++) {
        short half = Float.floatToFloat16(values[i]);
        short brain = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
        fromHalves[i] = Float.float16ToFloat(half);
        fromBrains[i] = Float.intBitsToFloat(brain << 16);
        halves.set(FloatReader.I16, i * 2L, half);
        brains.set(FloatReader.I16, i * 2L, brain);
        floats.set(FloatReader.F32, i * 4L, values[i]);
      }
      assertSame(FloatReader.of(halves, ScalarType.F16), fromHalves);
      assertSame(FloatReader.of(brains, ScalarType.BF16), fromBrains);
      assertSame(FloatReader.of(floats, ScalarType.F32), values);
    }
  }

  @Test
  void theErrorIsAtMostHalfAStep() {
    float[] values = gaussian(64 * 96);
    for (Mapping mapping : new Mapping[]{Mapping.SYMMETRIC_NO_CLIPPING_ERR, Mapping.ASYMMETRIC}) {
      WeightScheme scheme = new WeightScheme(5, new Granularity.PerAxis(0), mapping);
      QuantizedTensor tensor = AffineQuantizer.quantize(FloatReader.of(values), 64, 96, scheme);
      float[] back = AffineQuantizer.fakeQuantize(values, 64, 96, scheme);

      assertThat(back).isEqualTo(tensor.dequantize());
      for (int i = 0; i < values.length; i++) {
        float step = tensor.scale()[i / 96];
        // The asymmetric zero point is itself rounded, which can clip an end by half a step more.
        float allowed = mapping == Mapping.ASYMMETRIC ? step * 1.0001f : step * 0.5001f;
        assertThat(Math.abs(back[i] - values[i])).isLessThanOrEqualTo(allowed);
      }
    }
  }

  @Test
  void calibratedParametersClipWhatLiesOutside() {
    float[] back = AffineQuantizer.fakeQuantize(new float[]{-5f, 0.26f, 5f},
        new QuantParams(0.5f, 2), new IntegerRange(0, 7));

    assertThat(back).containsExactly(-1f, 0.5f, 2.5f);
  }

  @Test
  void rowsMustDivideIntoGroups() {
    WeightScheme groups = new WeightScheme(4, new Granularity.PerGroup(32), Mapping.SYMMETRIC);

    assertThatThrownBy(
        () -> AffineQuantizer.quantize(FloatReader.of(new float[72]), 2, 36, groups))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of 36 numbers does not divide into groups of 32");
  }

  @Test
  void oneNotANumberIsAnError() {
    for (int position : new int[]{0, 77, 199_999}) {
      float[] values = gaussian(200_000);
      values[position] = Float.NaN;
      assertThatThrownBy(
          () -> AffineQuantizer.quantize(FloatReader.of(values), 200, 1000, INT8_PER_TENSOR))
          .hasStackTraceContaining("only finite numbers can be quantized");
    }
  }

  @Test
  void aMatrixThatNoArrayHoldsIsAnError() {
    FloatReader unread = (from, to, count) -> {
      throw new AssertionError("read before the size was checked");
    };
    assertThatThrownBy(() -> AffineQuantizer.quantize(unread, 1 << 16, 1 << 16, INT8_PER_TENSOR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536 x 65536");
  }

  private static void assertSame(FloatReader source, float[] values) {
    for (Granularity granularity : new Granularity[]{new Granularity.PerTensor(),
        new Granularity.PerAxis(0), new Granularity.PerGroup(100)}) {
      WeightScheme scheme = new WeightScheme(8, granularity, Mapping.SYMMETRIC);
      QuantizedTensor actual = AffineQuantizer.quantize(source, 3, values.length / 3, scheme);
      QuantizedTensor expected =
          AffineQuantizer.quantize(FloatReader.of(values), 3, values.length / 3, scheme);
      assertThat(actual.q()).isEqualTo(expected.q());
      assertThat(actual.scale()).isEqualTo(expected.scale());
    }
  }

  private static float[] gaussian(int count) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
