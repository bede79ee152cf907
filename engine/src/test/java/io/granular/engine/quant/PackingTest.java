package io.granular.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackingTest {
  @Test
  void nibblesFillBytesFromTheLowEnd() {
    List<Packing.Plane> planes = Packing.pack(tensor(1, 5, 4, -8, -7, 7, 0, 1));

    assertThat(planes).hasSize(1);
    assertThat(planes.getFirst().width()).isEqualTo(4);
    assertThat(planes.getFirst().bytes()).containsExactly(0x10, (byte) 0x8f, 0x09);
  }

  @Test
  void fourPairsFillAByteFromTheLowEnd() {
    List<Packing.Plane> planes = Packing.pack(tensor(1, 4, 2, -2, -1, 0, 1));

    assertThat(planes.getFirst().bytes()).containsExactly((byte) 0b11_10_01_00);
  }

  @Test
  void oddWidthsKeepTheirHighBitsInAPlaneOfTheirOwn() {
    // Codes 16, 31, 0 of five bits: low nibbles 0, 15, 0 and high bits 1, 1, 0.
    List<Packing.Plane> planes = Packing.pack(tensor(1, 3, 5, 0, 15, -16));

    assertThat(planes.get(0).bytes()).containsExactly((byte) 0xf0, 0x00);
    assertThat(planes.get(1).bytes()).containsExactly(0b011);
    assertThat(planes.get(1).shift()).isEqualTo(4);
  }

  @Test
  void everyRowStartsOnAByte() {
    List<Packing.Plane> planes = Packing.pack(tensor(2, 3, 4, -8, -8, 7, 7, -8, -8));

    assertThat(planes.getFirst().bytes()).containsExactly(0x00, 0x0f, 0x0f, 0x00);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void unpackReturnsWhatWasPacked(int bits) {
    Random random = new Random(bits);
    for (Mapping mapping : Mapping.values()) {
      for (int cols : new int[]{1, 2, 7, 8, 9, 31, 64, 90}) {
        int rows = 1 + random.nextInt(5);
        IntegerRange range = IntegerRange.of(bits, mapping);
        int[] integers = random.ints((long) rows * cols, range.min(), range.max() + 1).toArray();
        QuantizedTensor tensor = tensor(rows, cols, bits, mapping, integers);

        List<Packing.Plane> planes = Packing.pack(tensor);

        assertThat(Packing.unpack(planes, rows, cols, range)).isEqualTo(tensor.q());
        assertThat(planes.stream().mapToLong(plane -> plane.bytes().length).sum())
            .isEqualTo(Packing.bytes(rows, cols, bits));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 80", "3, 120", "4, 160", "5, 200", "6, 240", "8, 320"})
  void wholeRowsWasteNothing(int bits, long bytes) {
    assertThat(Packing.bytes(1, 320, bits)).isEqualTo(bytes);
  }

  @Test
  void nineBitsAreAnError() {
    assertThatThrownBy(() -> Packing.widths(9)).hasMessage("integers have 2-8 bits, not 9");
  }

  private static QuantizedTensor tensor(int rows, int cols, int bits, int... integers) {
    return tensor(rows, cols, bits, Mapping.SYMMETRIC, integers);
  }

  private static QuantizedTensor tensor(int rows, int cols, int bits, Mapping mapping,
      int... integers) {
    byte[] q = new byte[integers.length];
    for (int i = 0; i < q.length; i++) {
      q[i] = (byte) integers[i];
    }
    return new QuantizedTensor(rows, cols, q, new float[]{1f}, new int[]{0},
        new WeightScheme(bits, new Granularity.PerTensor(), mapping));
  }
}
