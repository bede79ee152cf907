package io.granular.app.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.app.picture.Difference.Kind;
import io.granular.engine.metric.ColourMap;
import io.granular.engine.metric.RgbImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DifferenceRendererTest {
  private final DifferenceRenderer renderer = new DifferenceRenderer();
  private final RgbImage a = grey(100);

  @Test
  void theEndOfTheMapIsReachedAtTheRange() {
    RgbImage b = grey(100);
    b.rgb()[3 * 5] = (byte) (100 + 32);
    DifferencePicture picture = renderer.render(a, b, new Difference(Kind.ABSOLUTE, 8, 0));
    assertThat(argb(picture, 5)).isEqualTo(ColourMap.VIRIDIS.argb(1));
    assertThat(argb(picture, 6)).isEqualTo(ColourMap.VIRIDIS.argb(0));
    assertThat(picture.above()).isEqualTo(1 / 256.0);
  }

  @Test
  void whatIsBelowTheThresholdTurnsGrey() {
    RgbImage b = grey(100);
    b.rgb()[0] = (byte) 110;
    b.rgb()[3] = (byte) 180;
    DifferencePicture picture =
        renderer.render(a, b, new Difference(Kind.SIGNED, 1, 20 / 255.0));
    int grey = argb(picture, 0);
    assertThat(grey & 0xff).isEqualTo(grey >> 8 & 0xff).isEqualTo(grey >> 16 & 0xff);
    assertThat(argb(picture, 1)).isNotEqualTo(grey);
    assertThat(picture.above()).isEqualTo(1 / 256.0);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void equalPicturesHaveTheMapsColourForNothing(Kind kind) {
    DifferencePicture picture = renderer.render(a, grey(100), new Difference(kind, 64, 0));
    double nothing = kind == Kind.SIGNED ? 0.5 : 0;
    assertThat(argb(picture, 17)).isEqualTo(kind.colours().argb(nothing));
    assertThat(picture.above()).isZero();
  }

  @Test
  void flipIsComputedAgainForOtherPictures() {
    DifferencePicture equal = renderer.render(a, grey(100), new Difference(Kind.FLIP, 1, 0));
    DifferencePicture other = renderer.render(a, grey(200), new Difference(Kind.FLIP, 1, 0));
    assertThat(argb(other, 100)).isNotEqualTo(argb(equal, 100));
  }

  @Test
  void sizesMustBeEqual() {
    RgbImage narrow = new RgbImage(8, 16, new byte[8 * 16 * 3]);
    assertThatThrownBy(() -> renderer.render(a, narrow, new Difference(Kind.SIGNED, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16x16");
  }

  private static int argb(DifferencePicture picture, int pixel) {
    return picture.image().getPixelReader().getArgb(pixel % 16, pixel / 16);
  }

  private static RgbImage grey(int level) {
    byte[] rgb = new byte[16 * 16 * 3];
    Arrays.fill(rgb, (byte) level);
    return new RgbImage(16, 16, rgb);
  }
}
