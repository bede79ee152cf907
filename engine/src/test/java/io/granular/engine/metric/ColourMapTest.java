package io.granular.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ColourMapTest {
  @ParameterizedTest
  @EnumSource
  void everyColourIsOpaqueAndEndsHold(ColourMap map) {
    for (int argb : map.table(300)) {
      assertThat(argb >>> 24).isEqualTo(255);
    }
    assertThat(map.argb(-1)).isEqualTo(map.argb(0));
    assertThat(map.argb(2)).isEqualTo(map.argb(1));
    assertThat(map.table(2)).containsExactly(map.argb(0), map.argb(1));
  }

  @Test
  void theMiddleOfTheSignedMapIsWhite() {
    assertThat(ColourMap.BLUE_WHITE_ORANGE.argb(0.5)).isEqualTo(0xffffffff);
    assertThat(ColourMap.BLUE_WHITE_ORANGE.table(511)[255]).isEqualTo(0xffffffff);
  }

  /** Entries of matplotlib's tables. */
  @ParameterizedTest
  @CsvSource({"MAGMA, 2, 010106", "MAGMA, 63, 4f127b", "MAGMA, 128, b73779",
      "MAGMA, 193, fc8a62", "VIRIDIS, 3, 450559", "VIRIDIS, 64, 3b528b", "VIRIDIS, 127, 21908d",
      "VIRIDIS, 193, 60ca60"})
  void equalsMatplotlib(ColourMap map, int index, String hex) {
    assertThat(map.argb(index / 255.0)).isEqualTo(0xff000000 | Integer.parseInt(hex, 16));
  }
}
