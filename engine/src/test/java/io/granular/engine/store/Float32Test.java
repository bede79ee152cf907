package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.torch.ScalarType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Float32Test {
  private static final int ALL = 1 << 16;

  @Test
  void everyHalfConvertsAsTheStandardSays() {
    float[] values = readAll16(ScalarType.F16);
    for (int bits = 0; bits < ALL; bits++) {
      int sign = bits >> 15;
      int exponent = bits >> 10 & 31;
      int fraction = bits & 1023;
      double magnitude = switch (exponent) {
        case 0 -> Math.scalb((double) fraction, -24);
        case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        default -> Math.scalb((double) (fraction + 1024), exponent - 25);
      };
      assertThat(values[bits])
          .isEqualTo(Float.valueOf((float) (sign == 0 ? magnitude : -magnitude)));
    }
  }

  @Test
  void everyBfloat16IsTheUpperHalfOfAFloat() {
    float[] values = readAll16(ScalarType.BF16);
    for (int bits = 0; bits < ALL; bits++) {
      assertThat(Float.floatToRawIntBits(values[bits])).isEqualTo(bits << 16);
    }
  }

  @Test
  void doublesAndFloatsAtAnyOffset() {
    double[] doubles = {0.1, -1e300, 1.0 + Math.ulp(1.0f) / 2, Double.MIN_VALUE, 3};
    MemorySegment segment = MemorySegment.ofArray(new byte[1 + doubles.length * 8]).asSlice(1);
    for (int i = 0; i < doubles.length; i++) {
      segment.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, i * 8L, doubles[i]);
    }
    float[] target = new float[4];
    Float32.read(ScalarType.F64, segment, 1, target, 1, 3);
    assertThat(target).containsExactly(0, Float.NEGATIVE_INFINITY, 1, 0);

    MemorySegment floats = MemorySegment.ofArray(new float[]{1, 2, 3, 4});
    Float32.read(ScalarType.F32, floats, 2, target, 0, 2);
    assertThat(target).startsWith(3, 4);
  }

  @Test
  void copiesIntoASegment() {
    short[] halves = new short[10_001];
    Arrays.fill(halves, Float.floatToFloat16(0.5f));
    halves[10_000] = Float.floatToFloat16(-2);
    float[] target = new float[halves.length];
    Float32.copy(ScalarType.F16, MemorySegment.ofArray(halves), MemorySegment.ofArray(target));
    assertThat(target[0]).isEqualTo(0.5f);
    assertThat(target[9_999]).isEqualTo(0.5f);
    assertThat(target[10_000]).isEqualTo(-2);
    assertThatThrownBy(() -> Float32.copy(ScalarType.F16, MemorySegment.ofArray(halves),
        MemorySegment.ofArray(new float[10_000]))).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void integersAreRefused() {
    assertThatThrownBy(
        () -> Float32.read(ScalarType.I64, MemorySegment.ofArray(new long[1]), 0, new float[1], 0,
            1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("I64");
  }

  private static float[] readAll16(ScalarType type) {
    short[] bits = new short[ALL];
    for (int i = 0; i < ALL; i++) {
      bits[i] = (short) i;
    }
    float[] values = new float[ALL];
    Float32.read(type, MemorySegment.ofArray(bits), 0, values, 0, ALL);
    return values;
  }
}
