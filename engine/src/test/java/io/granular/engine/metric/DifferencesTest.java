package io.granular.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DifferencesTest {
  private static final int WHITE = 0xffffffff;

  @ParameterizedTest
  @ValueSource(doubles = {1, 2.5, 16, 64})
  void identicalPicturesAreNeutral(double gain) {
    RgbImage image = Pictures.noise(20, 10, 3);

    assertThat(Differences.signed(image, image, gain)).hasSize(200).containsOnly(WHITE);
    assertThat(Differences.absolute(image, image, gain)).hasSize(200)
        .containsOnly(ColourMap.VIRIDIS.argb(0));
  }

  @Test
  void brighterIsOrangeAndDarkerIsBlue() {
    RgbImage grey = Pictures.plain(1, 1, 100, 100, 100);
    int brighter = Differences.signed(grey, Pictures.plain(1, 1, 120, 120, 120), 4)[0];
    int darker = Differences.signed(grey, Pictures.plain(1, 1, 80, 80, 80), 4)[0];

    assertThat(red(brighter)).isGreaterThan(blue(brighter));
    assertThat(blue(darker)).isGreaterThan(red(darker));
    assertThat(brighter).isEqualTo(ColourMap.BLUE_WHITE_ORANGE.argb(0.5 + 0.5 * 80 / 255));
    assertThat(darker).isEqualTo(ColourMap.BLUE_WHITE_ORANGE.argb(0.5 - 0.5 * 80 / 255));
  }

  @Test
  void extremesReachTheEndsOfTheMaps() {
    RgbImage black = Pictures.plain(1, 1, 0, 0, 0);
    RgbImage white = Pictures.plain(1, 1, 255, 255, 255);

    assertThat(Differences.signed(black, white, 1)[0])
        .isEqualTo(ColourMap.BLUE_WHITE_ORANGE.argb(1));
    assertThat(Differences.signed(white, black, 1)[0])
        .isEqualTo(ColourMap.BLUE_WHITE_ORANGE.argb(0));
    assertThat(Differences.absolute(white, black, 1)[0]).isEqualTo(ColourMap.VIRIDIS.argb(1));
  }

  @Test
  void aChangeOfHueAloneShowsInTheAbsoluteMap() {
    RgbImage a = Pictures.plain(1, 1, 100, 100, 100);
    RgbImage b = Pictures.plain(1, 1, 100, 100, 130);

    assertThat(Differences.absolute(a, b, 2)[0]).isEqualTo(ColourMap.VIRIDIS.argb(60.0 / 255));
    assertThat(Differences.absolute(b, a, 2)[0]).isEqualTo(ColourMap.VIRIDIS.argb(60.0 / 255));
  }

  /** Viridis gets brighter all the way, so its green channel tells the order. */
  @Test
  void moreGainNeverPaintsAPixelWeaker() {
    RgbImage a = Pictures.noise(32, 32, 1);
    RgbImage b = Pictures.noise(32, 32, 2);
    int[] last = Differences.absolute(a, b, 1);
    for (double gain = 1.5; gain <= 64; gain *= 1.5) {
      int[] colours = Differences.absolute(a, b, gain);
      for (int i = 0; i < colours.length; i++) {
        assertThat(colours[i] >> 8 & 0xff).isGreaterThanOrEqualTo(last[i] >> 8 & 0xff);
      }
      last = colours;
    }
  }

  @Test
  void theRangeIsTheDifferenceThatSaturates() {
    assertThat(Differences.range(1)).isEqualTo(255);
    assertThat(Differences.range(51)).isEqualTo(5);
    RgbImage black = Pictures.plain(1, 1, 0, 0, 0);
    int end = ColourMap.VIRIDIS.argb(1);
    assertThat(Differences.absolute(black, Pictures.plain(1, 1, 5, 0, 0), 51)[0]).isEqualTo(end);
    assertThat(Differences.absolute(black, Pictures.plain(1, 1, 4, 0, 0), 51)[0])
        .isNotEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.99, 64.1, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void otherGainsAreRefused(double gain) {
    RgbImage image = Pictures.plain(1, 1, 0, 0, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Differences.signed(image, image, gain))
        .withMessageContaining("1 to 64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Differences.absolute(image, image, gain));
  }

  private static int red(int argb) {
    return argb >> 16 & 0xff;
  }

  private static int blue(int argb) {
    return argb & 0xff;
  }
}
