package io.granular.app.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.session.Side;
import java.util.List;
import javafx.geometry.Rectangle2D;
import org.junit.jupiter.api.Test;

class WipeViewTest {
  private static final Placement PLACE =
      new Placement(new Rectangle2D(0, 0, 900, 600), 200, 50, 4, 125, 125);

  @Test
  void namesSitInTheVisiblePartsOfTheirSides() {
    List<Chip> chips = new WipeView(0.5, false).chips(List.of(PLACE));
    assertThat(chips).extracting(Chip::side).containsExactly(Side.A, Side.B);
    assertThat(chips).extracting(Chip::area)
        .containsExactly(new Rectangle2D(200, 50, 250, 500), new Rectangle2D(450, 50, 250, 500));
  }

  @Test
  void aHorizontalLineDividesUpperAndLower() {
    List<Chip> chips = new WipeView(0.25, true).chips(List.of(PLACE));
    assertThat(chips).extracting(Chip::area)
        .containsExactly(new Rectangle2D(200, 50, 500, 100), new Rectangle2D(200, 150, 500, 400));
  }

  @Test
  void aSideBesideThePictureHasNoRoom() {
    Chip left = new WipeView(0.1, false).chips(List.of(PLACE)).getFirst();
    assertThat(left.area().getWidth()).isZero();
  }
}
