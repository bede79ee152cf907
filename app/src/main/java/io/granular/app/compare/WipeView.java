package io.granular.app.compare;

import io.granular.app.session.Side;
import java.util.List;
import javafx.geometry.HPos;
import javafx.geometry.Rectangle2D;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;

/**
 * A on one side of a line, B on the other.
 *
 * @param position of the line as a share of the stage
 * @param horizontal whether the line is horizontal: A above, B below
 */
record WipeView(double position, boolean horizontal) implements StageView {
  private static final double KNOB = 16;

  @Override
  public void paint(StageBrush brush, List<Placement> placements) {
    Placement place = placements.getFirst();
    brush.side(Side.A, place, part(Side.A, place.pane()));
    brush.side(Side.B, place, part(Side.B, place.pane()));
    line(brush.graphics(), place);
  }

  @Override
  public List<Chip> chips(List<Placement> placements) {
    Rectangle2D visible = placements.getFirst().visible();
    Rectangle2D pane = placements.getFirst().pane();
    return List.of(new Chip(Side.A, common(visible, part(Side.A, pane)), HPos.LEFT),
        new Chip(Side.B, common(visible, part(Side.B, pane)), HPos.RIGHT));
  }

  /** Where the line is on the stage. */
  double line(Rectangle2D pane) {
    return Math.rint(position * (horizontal ? pane.getHeight() : pane.getWidth()));
  }

  private Rectangle2D part(Side side, Rectangle2D pane) {
    double line = line(pane);
    double w = pane.getWidth();
    double h = pane.getHeight();
    if (horizontal) {
      return side == Side.A
          ? new Rectangle2D(0, 0, w, line)
          : new Rectangle2D(0, line, w, Math.max(0, h - line));
    }
    return side == Side.A
        ? new Rectangle2D(0, 0, line, h)
        : new Rectangle2D(line, 0, Math.max(0, w - line), h);
  }

  private static Rectangle2D common(Rectangle2D p, Rectangle2D q) {
    double left = Math.max(p.getMinX(), q.getMinX());
    double top = Math.max(p.getMinY(), q.getMinY());
    return new Rectangle2D(left, top, Math.max(0, Math.min(p.getMaxX(), q.getMaxX()) - left),
        Math.max(0, Math.min(p.getMaxY(), q.getMaxY()) - top));
  }

  private void line(GraphicsContext g, Placement place) {
    Rectangle2D pane = place.pane();
    Rectangle2D visible = place.visible();
    double at = line(pane);
    g.save();
    double knobAlong;
    if (horizontal) {
      // Drawn once for the vertical line; the horizontal one is the same mirrored at the diagonal.
      g.setTransform(0, 1, 1, 0, 0, 0);
      knobAlong = middle(visible.getMinX(), visible.getMaxX(), pane.getWidth());
      bar(g, at, visible.getMinX(), visible.getMaxX());
    } else {
      knobAlong = middle(visible.getMinY(), visible.getMaxY(), pane.getHeight());
      bar(g, at, visible.getMinY(), visible.getMaxY());
    }
    knob(g, at, knobAlong);
    g.restore();
  }

  private static double middle(double from, double to, double length) {
    return Math.rint(to > from ? (from + to) / 2 : length / 2);
  }

  private static void bar(GraphicsContext g, double at, double from, double to) {
    g.setFill(Color.gray(0, 0.35));
    g.fillRect(at - 2, from, 4, to - from);
    g.setFill(Color.WHITE);
    g.fillRect(at - 1, from, 2, to - from);
  }

  private static void knob(GraphicsContext g, double x, double y) {
    g.setFill(Color.gray(0, 0.3));
    g.fillOval(x - KNOB - 1, y - KNOB, 2 * KNOB + 2, 2 * KNOB + 2);
    g.setFill(Color.WHITE);
    g.fillOval(x - KNOB, y - KNOB, 2 * KNOB, 2 * KNOB);
    g.setFill(Color.web("#1f2630"));
    for (int direction : new int[]{-1, 1}) {
      g.fillPolygon(new double[]{x + direction * 3, x + direction * 3, x + direction * 8.5},
          new double[]{y - 4.5, y + 4.5, y}, 3);
    }
  }
}
