package io.granular.app.compare;

import io.granular.app.session.Side;
import java.util.List;
import javafx.geometry.HPos;
import javafx.geometry.Rectangle2D;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import org.jspecify.annotations.Nullable;

/**
 * A on the left, B on the right, with the same pixel marked in both.
 *
 * @param cursor the pixel to mark; null for none
 */
record SideBySideView(StageModel.@Nullable Pixel cursor) implements StageView {
  private static final double GAP = 2;
  private static final double ARM = 7;

  @Override
  public List<Rectangle2D> panes(double width, double height) {
    double half = Math.max(0, Math.floor((width - GAP) / 2));
    return List.of(new Rectangle2D(0, 0, half, height),
        new Rectangle2D(half + GAP, 0, half, height));
  }

  @Override
  public void paint(StageBrush brush, List<Placement> placements) {
    one(brush, Side.A, placements.getFirst());
    one(brush, Side.B, placements.getLast());
    Rectangle2D left = placements.getFirst().pane();
    brush.graphics().setFill(Color.web("#8b949e", 0.35));
    brush.graphics().fillRect(left.getMaxX(), 0, GAP, left.getHeight());
  }

  @Override
  public List<Chip> chips(List<Placement> placements) {
    return List.of(new Chip(Side.A, placements.get(0).visible(), HPos.LEFT),
        new Chip(Side.B, placements.get(1).visible(), HPos.LEFT));
  }

  private void one(StageBrush brush, Side side, Placement place) {
    brush.side(side, place, place.pane());
    brush.clipped(place.pane(), () -> mark(brush.graphics(), place));
  }

  private void mark(GraphicsContext g, Placement place) {
    if (cursor == null) {
      return;
    }
    double x = Math.rint(place.x() + (cursor.x() + 0.5) * place.scale()) + 0.5;
    double y = Math.rint(place.y() + (cursor.y() + 0.5) * place.scale()) + 0.5;
    cross(g, x, y, Color.gray(0, 0.55), 3);
    cross(g, x, y, Color.WHITE, 1);
  }

  private static void cross(GraphicsContext g, double x, double y, Color color, double width) {
    g.setStroke(color);
    g.setLineWidth(width);
    g.strokeLine(x - ARM, y, x + ARM, y);
    g.strokeLine(x, y - ARM, x, y + ARM);
  }
}
