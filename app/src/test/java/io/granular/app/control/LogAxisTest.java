package io.granular.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.granular.app.harness.Fx;
import java.util.List;
import java.util.stream.Stream;
import javafx.geometry.Side;
import org.junit.jupiter.api.Test;

class LogAxisTest {
  @Test
  void coversToTheNextMarksAndPutsEqualFactorsEquallyFarApart() {
    Fx.run(() -> {
      LogAxis axis = new LogAxis("loss", String::valueOf);
      axis.setSide(Side.LEFT);
      axis.resize(40, 200);
      axis.cover(0.0033, 0.014);
      assertThat(axis.getLowerBound()).isCloseTo(0.002, offset(1e-12));
      assertThat(axis.getUpperBound()).isCloseTo(0.02, offset(1e-12));
      assertThat(axis.getDisplayPosition(0.02)).isCloseTo(0, offset(1e-9));
      assertThat(axis.getDisplayPosition(0.002)).isCloseTo(200, offset(1e-9));
      assertThat(axis.getValueForDisplay(axis.getDisplayPosition(0.007)).doubleValue())
          .isCloseTo(0.007, offset(1e-12));
      assertThat(axis.calculateTickValues(200, axis.getRange())).hasSize(4);
      axis.cover(1e-7, 3);
      assertThat(marks(axis)).as("over many powers only these").hasSize(8);
      axis.cover(0, 0);
      assertThat(axis.getUpperBound()).isGreaterThan(axis.getLowerBound()).isFinite();
    });
  }

  private static List<Double> marks(LogAxis axis) {
    return Stream.of(axis.calculateTickValues(200, axis.getRange()).toArray(Number[]::new))
        .map(Number::doubleValue)
        .toList();
  }
}
