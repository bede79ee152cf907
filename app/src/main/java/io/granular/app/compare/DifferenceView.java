package io.granular.app.compare;

import io.granular.app.picture.DifferencePicture;
import io.granular.app.session.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where and how much the two differ.
 *
 * @param picture the painted difference; null until it is computed
 */
record DifferenceView(@Nullable DifferencePicture picture) implements StageView {
  @Override
  public void paint(StageBrush brush, List<Placement> placements) {
    Placement place = placements.getFirst();
    if (picture == null) {
      brush.side(Side.A, place, place.pane());
    } else {
      brush.image(picture.image(), place);
    }
  }

  @Override
  public List<Chip> chips(List<Placement> placements) {
    return List.of();
  }
}
