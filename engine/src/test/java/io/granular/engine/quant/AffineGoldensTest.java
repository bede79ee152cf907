package io.granular.engine.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AffineGoldensTest {
  private static final Goldens GOLDENS = new Goldens();

  @ParameterizedTest
  @MethodSource("cases")
  void equalsTorchao(Goldens.Case reference) {
    float[] values = GOLDENS.floats(reference.tensor());
    int rows = GOLDENS.rows(reference.tensor());

    QuantizedTensor result = AffineQuantizer.quantize(FloatReader.of(values), rows,
        values.length / rows, reference.scheme());

    IntegerRange range = reference.scheme().integers();
    assertThat(range).isEqualTo(new IntegerRange(reference.qmin(), reference.qmax()));
    assertThat(result.scale()).isEqualTo(GOLDENS.floats(reference.key() + ".scale"));
    assertThat(result.zeroPoint()).isEqualTo(GOLDENS.ints(reference.key() + ".zero_point"));
    assertThat(decode(result)).isEqualTo(GOLDENS.ints(reference.key() + ".q"));
    assertThat(result.dequantize()).isEqualTo(GOLDENS.floats(reference.key() + ".dequantized"));
  }

  private static int[] decode(QuantizedTensor tensor) {
    int[] decoded = new int[tensor.q().length];
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] = tensor.scheme().integers().decode(tensor.q()[i]);
    }
    return decoded;
  }

  static Stream<Goldens.Case> cases() {
    return Goldens.cases();
  }
}
