package io.granular.app.compare;

import io.granular.app.session.Side;
import java.util.List;
import javafx.geometry.HPos;

/** One side alone. */
record SingleView(Side side) implements StageView {
  @Override
  public void paint(StageBrush brush, List<Placement> placements) {
    Placement place = placements.getFirst();
    brush.side(side, place, place.pane());
  }

  @Override
  public List<Chip> chips(List<Placement> placements) {
    return List.of(new Chip(side, placements.getFirst().visible(),
        side == Side.A ? HPos.LEFT : HPos.RIGHT));
  }
}
