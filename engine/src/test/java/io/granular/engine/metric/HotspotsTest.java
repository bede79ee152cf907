package io.granular.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HotspotsTest {
  @Test
  void findsEachPatchWorstFirst() {
    float[] errors = new float[128 * 96];
    paint(errors, 128, 16, 20, 16, 0.5f);
    paint(errors, 128, 100, 70, 16, 0.9f);

    List<Hotspot> spots = Hotspots.worst(new ErrorMap(128, 96, errors), 9);

    assertInside(spots.get(0), 100, 70, 16);
    assertThat(spots.get(0).score()).isCloseTo(0.9, within(1e-6));
    Hotspot other = spots.stream().filter(spot -> spot.x() < 50).findFirst().orElseThrow();
    assertInside(other, 16, 20, 16);
    assertThat(other.score()).isCloseTo(0.5, within(1e-6));
  }

  @Test
  void followsTheVisibleDifferenceOfTwoPictures() {
    RgbImage image = Pictures.plain(96, 96, 90, 90, 90);
    ErrorMap map = Flip.map(image, Pictures.withPatch(image, 60, 24, 16, 160));

    Hotspot worst = Hotspots.worst(map, 1).getFirst();
    assertThat(worst.x() + worst.width() / 2).isBetween(60, 75);
    assertThat(worst.y() + worst.height() / 2).isBetween(24, 39);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 3", "7, 64", "100, 33", "130, 257"})
  void spotsLieInsideAndApartAndScoreTheirMean(int width, int height) {
    Random random = new Random(width * 1000L + height);
    float[] errors = new float[width * height];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = random.nextFloat();
    }
    ErrorMap map = new ErrorMap(width, height, errors);
    List<Hotspot> spots = Hotspots.worst(map, 9);

    assertThat(spots).isNotEmpty()
        .isSortedAccordingTo(Comparator.comparingDouble(Hotspot::score).reversed());
    for (Hotspot spot : spots) {
      assertThat(spot.x()).isBetween(0, width - spot.width());
      assertThat(spot.y()).isBetween(0, height - spot.height());
      assertThat(spot.score()).isCloseTo(mean(map, spot), within(1e-9));
      assertThat(spots.stream().filter(spot::overlaps)).containsExactly(spot);
    }
  }

  @Test
  void theFarCornerIsLookedAt() {
    float[] errors = new float[101 * 67];
    errors[errors.length - 1] = 1;

    Hotspot spot = Hotspots.worst(new ErrorMap(101, 67, errors), 5).getFirst();
    assertThat(spot.x() + spot.width()).isEqualTo(101);
    assertThat(spot.y() + spot.height()).isEqualTo(67);
  }

  @Test
  void identicalPicturesHaveNone() {
    assertThat(Hotspots.worst(new ErrorMap(64, 64, new float[64 * 64]), 5)).isEmpty();
  }

  @Test
  void anEvenErrorStartsUpperLeft() {
    float[] errors = new float[64 * 64];
    Arrays.fill(errors, 0.25f);
    assertThat(Hotspots.worst(new ErrorMap(64, 64, errors), 1))
        .containsExactly(new Hotspot(0, 0, 8, 8, 0.25));
  }

  @Test
  void aNegativeCountIsRefused() {
    ErrorMap map = new ErrorMap(1, 1, new float[1]);
    assertThat(Hotspots.worst(map, 0)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> Hotspots.worst(map, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ErrorMap(2, 2, new float[3]));
  }

  private static void paint(float[] errors, int stride, int x, int y, int size, float error) {
    for (int row = y; row < y + size; row++) {
      Arrays.fill(errors, row * stride + x, row * stride + x + size, error);
    }
  }

  private static void assertInside(Hotspot spot, int x, int y, int size) {
    assertThat(spot.x()).isBetween(x, x + size - spot.width());
    assertThat(spot.y()).isBetween(y, y + size - spot.height());
  }

  private static double mean(ErrorMap map, Hotspot spot) {
    double sum = 0;
    for (int y = spot.y(); y < spot.y() + spot.height(); y++) {
      for (int x = spot.x(); x < spot.x() + spot.width(); x++) {
        sum += map.get(x, y);
      }
    }
    return sum / (spot.width() * spot.height());
  }
}
