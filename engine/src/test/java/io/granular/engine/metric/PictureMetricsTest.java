package io.granular.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureMetricsTest {
  @ParameterizedTest
  @CsvSource({"11, 11", "12, 40", "64, 48"})
  void identicalPicturesHaveNoError(int width, int height) {
    RgbImage image = Pictures.noise(width, height, 7);
    PictureMetrics metrics = PictureMetrics.compare(image, image);

    assertThat(metrics.mse()).isZero();
    assertThat(metrics.mae()).isZero();
    assertThat(metrics.psnr()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(metrics.ssim()).isCloseTo(1, within(1e-12));
    assertThat(metrics.flip()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void swappingThePicturesChangesNothing(long seed) {
    RgbImage a = Pictures.noise(31, 17, seed);
    RgbImage b = Pictures.noise(31, 17, seed + 100);

    PictureMetrics forth = PictureMetrics.compare(a, b);
    PictureMetrics back = PictureMetrics.compare(b, a);
    assertThat(back.mse()).isEqualTo(forth.mse());
    assertThat(back.mae()).isEqualTo(forth.mae());
    assertThat(back.psnr()).isEqualTo(forth.psnr());
    assertThat(back.ssim()).isCloseTo(forth.ssim(), within(1e-12));
    assertThat(back.flip()).isCloseTo(forth.flip(), within(1e-12));
  }

  @Test
  void aConstantOffsetIsMeasuredExactly() {
    PictureMetrics metrics = PictureMetrics.compare(Pictures.plain(16, 16, 100, 100, 100),
        Pictures.plain(16, 16, 103, 96, 100));

    assertThat(metrics.mse()).isEqualTo((9.0 + 16 + 0) / 3);
    assertThat(metrics.mae()).isEqualTo((3.0 + 4 + 0) / 3);
    assertThat(metrics.psnr()).isCloseTo(10 * Math.log10(65025 / (25.0 / 3)), within(1e-12));
  }

  @Test
  void blackAndWhiteAreAsFarApartAsCanBe() {
    PictureMetrics metrics = PictureMetrics.compare(Pictures.plain(32, 32, 0, 0, 0),
        Pictures.plain(32, 32, 255, 255, 255));

    assertThat(metrics.mse()).isEqualTo(65025);
    assertThat(metrics.psnr()).isZero();
    assertThat(metrics.ssim()).isCloseTo(6.5025 / (65025 + 6.5025), within(1e-12));
    assertThat(metrics.flip()).isBetween(0.95, 1.0);
  }

  @Test
  void flipGrowsWithTheDifference() {
    RgbImage grey = Pictures.plain(24, 24, 128, 128, 128);
    double last = 0;
    for (int step = 1; step <= 127; step += 6) {
      double flip = Flip.map(grey, Pictures.plain(24, 24, 128 + step, 128, 128 - step)).mean();
      assertThat(flip).isGreaterThan(last);
      last = flip;
    }
  }

  @Test
  void differentSizesAreRefusedWithBothSizes() {
    RgbImage a = Pictures.plain(16, 12, 0, 0, 0);
    RgbImage b = Pictures.plain(12, 16, 0, 0, 0);

    assertThatIllegalArgumentException().isThrownBy(() -> PictureMetrics.compare(a, b))
        .withMessageContainingAll("16x12", "12x16");
    assertThatIllegalArgumentException().isThrownBy(() -> Ssim.mean(a, b));
    assertThatIllegalArgumentException().isThrownBy(() -> Flip.map(a, b));
    assertThatIllegalArgumentException().isThrownBy(() -> Differences.signed(a, b, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Differences.absolute(a, b, 1));
  }

  @Test
  void picturesSmallerThanTheWindowAreRefused() {
    RgbImage narrow = Pictures.plain(10, 30, 0, 0, 0);
    assertThatIllegalArgumentException().isThrownBy(() -> Ssim.mean(narrow, narrow))
        .withMessageContainingAll("11x11", "10x30");
  }

  @Test
  void flipReachesAcrossTinyPictures() {
    RgbImage dot = Pictures.plain(1, 1, 255, 255, 255);
    assertThat(Flip.map(dot, dot).mean()).isZero();
    assertThat(Flip.map(Pictures.plain(1, 1, 0, 0, 0), dot).mean()).isGreaterThan(0.9);
  }
}
