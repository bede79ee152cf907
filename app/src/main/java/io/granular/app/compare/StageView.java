package io.granular.app.compare;

import io.granular.app.session.Side;
import java.util.List;
import javafx.geometry.Rectangle2D;

/** One way to draw the two pictures. */
interface StageView {
  /** The parts of the stage that show the picture, each with the same zoom and pan. */
  default List<Rectangle2D> panes(double width, double height) {
    return List.of(new Rectangle2D(0, 0, width, height));
  }

  /** Draws; {@code placements} belong to the panes. */
  void paint(StageBrush brush, List<Placement> placements);

  /** Where the names of the sides belong. */
  List<Chip> chips(List<Placement> placements);

  /** The view to draw now. */
  static StageView of(StageModel model) {
    Side alone = model.alone();
    if (alone != null) {
      return new SingleView(alone);
    }
    return switch (model.mode().get()) {
      case WIPE -> new WipeView(model.wipe().get(), model.horizontal().get());
      case SIDE_BY_SIDE -> new SideBySideView(model.cursor().get());
      case BLINK -> new SingleView(model.blinking().get());
      case ONION -> new OnionView(model.opacity().get());
      case DIFFERENCE -> new DifferenceView(model.differencePicture().get());
    };
  }
}
