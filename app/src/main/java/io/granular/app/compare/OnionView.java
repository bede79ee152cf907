package io.granular.app.compare;

import io.granular.app.session.Side;
import java.util.List;
import javafx.geometry.HPos;
import javafx.geometry.Rectangle2D;

/**
 * B lies over A like thin paper.
 *
 * @param opacity of B
 */
record OnionView(double opacity) implements StageView {
  @Override
  public void paint(StageBrush brush, List<Placement> placements) {
    Placement place = placements.getFirst();
    brush.side(Side.A, place, place.pane());
    brush.graphics().setGlobalAlpha(opacity);
    brush.side(Side.B, place, place.pane());
    brush.graphics().setGlobalAlpha(1);
  }

  @Override
  public List<Chip> chips(List<Placement> placements) {
    Rectangle2D area = placements.getFirst().visible();
    return List.of(new Chip(Side.A, area, HPos.LEFT), new Chip(Side.B, area, HPos.RIGHT));
  }
}
