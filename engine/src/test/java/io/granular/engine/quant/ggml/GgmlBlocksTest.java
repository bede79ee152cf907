package io.granular.engine.quant.ggml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.quant.FloatReader;
import io.granular.engine.quant.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GgmlBlocksTest {
  static Stream<GgmlType> writable() {
    return GgmlType.writable().stream();
  }

  @ParameterizedTest
  @MethodSource("writable")
  void manyChunksEqualOneRowAtATime(GgmlType type) {
    int rows = 700;
    int cols = 96;
    float[] x = gaussian(rows * cols);
    byte[] whole = GgmlBlocks.quantize(FloatReader.of(x), rows, cols, type);
    int stride = whole.length / rows;
    float[] back = new float[x.length];
    GgmlBlocks.dequantize(MemorySegment.ofArray(whole), type, back);

    for (int row = 0; row < rows; row++) {
      float[] one = Arrays.copyOfRange(x, row * cols, (row + 1) * cols);
      byte[] bytes = GgmlBlocks.quantize(FloatReader.of(one), 1, cols, type);
      assertThat(bytes)
          .isEqualTo(Arrays.copyOfRange(whole, row * stride, (row + 1) * stride));
      float[] numbers = new float[cols];
      GgmlBlocks.dequantize(MemorySegment.ofArray(bytes), type, numbers);
      assertThat(numbers).isEqualTo(Arrays.copyOfRange(back, row * cols, (row + 1) * cols));
    }
  }

  /** What gguf-py 0.19 gives on x86 for blocks whose scale has no finite inverse, or is not finite. */
  @ParameterizedTest
  @CsvSource({"Q4_0, zero, 008088888888888888888888888888888888",
      "Q5_0, zero, 0080ffffffff00000000000000000000000000000000",
      "Q4_1, zero, 0000000000000000000000000000000000000000",
      "Q8_0, zero, 00000000000000000000000000000000000000000000000000000000000000000000",
      "Q4_0, tiny, 000000000000000000000000000000000000",
      "Q4_1, tiny, 0000008000000000000000000000000000000000",
      "Q5_0, tiny, 00000000000000000000000000000000000000000000",
      "Q5_1, tiny, 000000800000000000000000000000000000000000000000",
      "Q8_0, tiny, 00000000000000000000000000000000000000000000000000000000000000000000",
      "Q4_0, huge, 00fc0000000f0800000000000000000000000000"})
  void extremeBlocks(GgmlType type, String kind, String expected) {
    float[] x = new float[32];
    switch (kind) {
      case "tiny" -> {
        Arrays.fill(x, 1e-40f);
        x[3] = -2e-40f;
        x[5] = 0;
      }
      case "huge" -> {
        Arrays.fill(x, 3e38f);
        x[3] = -3e38f;
        x[4] = 0;
      }
      default -> {}
    }
    byte[] bytes = GgmlBlocks.quantize(FloatReader.of(x), 1, 32, type);

    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(expected.substring(0,
        2 * type.bytes()));
    assertThat(GgmlBlocks.finite(bytes, type)).isEqualTo(!kind.equals("huge"));
  }

  @Test
  void rowsMustDivideIntoBlocks() {
    assertThatThrownBy(
        () -> GgmlBlocks.quantize(FloatReader.of(new float[72]), 2, 36, GgmlType.Q4_0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a row of 36 numbers does not divide into blocks of 32, which q4_0 needs");
  }

  @Test
  void someTypesAreOnlyRead() {
    assertThatThrownBy(
        () -> GgmlBlocks.quantize(FloatReader.of(new float[256]), 1, 256, GgmlType.Q4_K))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "q4_k can only be read; tensors quantize to [q8_0, q5_1, q5_0, q4_1, q4_0]");
  }

  @Test
  void oneNotANumberIsAnError() {
    for (float bad : new float[]{Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] x = gaussian(64 * 1024);
      x[50_001] = bad;
      assertThatThrownBy(() -> GgmlBlocks.quantize(FloatReader.of(x), 64, 1024, GgmlType.Q8_0))
          .hasStackTraceContaining("only finite numbers can be quantized");
    }
  }

  @Test
  void sizesAreChecked() {
    assertThatThrownBy(() -> GgmlBlocks.dequantize(MemorySegment.ofArray(new byte[17]),
        GgmlType.Q4_0, new float[32]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 blocks of q4_0 take 18 bytes, not 17");
    assertThatThrownBy(() -> GgmlBlocks.dequantize(MemorySegment.ofArray(new byte[18]),
        GgmlType.Q4_0, new float[33]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void typesAreFoundByTheirNumber() {
    assertThat(GgmlType.of(12)).isEqualTo(GgmlType.Q4_K);
    assertThatThrownBy(() -> GgmlType.of(99)).hasMessageContaining("GGML type 99");
  }

  private static float[] gaussian(int count) {
    Random random = new Random(count);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
