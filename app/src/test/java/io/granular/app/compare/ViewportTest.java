package io.granular.app.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import javafx.geometry.Rectangle2D;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewportTest {
  private static final Rectangle2D PANE = new Rectangle2D(0, 0, 900, 600);

  private final Viewport viewport = new Viewport();

  @ParameterizedTest
  @CsvSource({"128, 128, 4", "512, 512, 1.078125", "1024, 1024, 0.5390625", "64, 64, 8"})
  void fitsWithAMarginAndInWholeMultiplesWhenEnlarged(int width, int height, double scale) {
    assertThat(viewport.place(PANE, width, height).scale()).isEqualTo(scale);
  }

  @Test
  void zoomingKeepsThePointUnderTheCursor() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      viewport.fit();
      Placement from = viewport.place(PANE, 128, 96);
      double x = random.nextDouble(200, 700);
      double y = random.nextDouble(150, 450);
      viewport.zoomTo(random.nextDouble(1, 32), from, x, y);
      Placement to = viewport.place(PANE, 128, 96);
      // Edges are drawn on whole units, so half a unit may be lost.
      assertThat(to.toPictureX(x)).isCloseTo(from.toPictureX(x), within(0.51 / to.scale()));
      assertThat(to.toPictureY(y)).isCloseTo(from.toPictureY(y), within(0.51 / to.scale()));
    }
  }

  @Test
  void theSamePartIsSeenAtAnotherSizeOfPicture() {
    Placement small = viewport.place(PANE, 128, 128);
    viewport.zoomTo(8, small, 500, 300);
    Placement before = viewport.place(PANE, 128, 128);
    Placement after = viewport.place(PANE, 256, 256);
    assertThat(after.toPictureX(450) / 256).isCloseTo(before.toPictureX(450) / 128, within(0.01));
  }

  @Test
  void somethingOfThePictureStaysInViewHoweverItIsMoved() {
    Placement place = viewport.place(PANE, 128, 128);
    viewport.pan(place, 1e6, -1e6);
    Rectangle2D visible = viewport.place(PANE, 128, 128).visible();
    assertThat(visible.getWidth()).isEqualTo(48);
    assertThat(visible.getHeight()).isEqualTo(48);
    assertThat(viewport.fitted().get()).isFalse();
    viewport.fit();
    assertThat(viewport.place(PANE, 128, 128)).isEqualTo(place);
  }

  @Test
  void scaleHasLimits() {
    Placement place = viewport.place(PANE, 128, 128);
    viewport.zoomTo(1e9, place, 0, 0);
    assertThat(viewport.scale().get()).isEqualTo(Viewport.MAX_SCALE);
    viewport.zoomTo(1e-9, place, 0, 0);
    assertThat(viewport.scale().get()).isEqualTo(Viewport.MIN_SCALE);
  }
}
