package io.granular.app.compare;

import javafx.geometry.Rectangle2D;

/**
 * Where a picture lies on the stage.
 *
 * @param pane the part of the stage it may cover
 * @param x of the picture's left edge, in stage coordinates
 * @param y of its upper edge
 * @param scale stage units per pixel of the picture
 * @param width of the picture in its own pixels
 * @param height of the picture in its own pixels
 */
record Placement(Rectangle2D pane, double x, double y, double scale, int width, int height) {
  /** The column of the picture under a place of the stage. */
  double toPictureX(double stageX) {
    return (stageX - x) / scale;
  }

  /** The row of the picture under a place of the stage. */
  double toPictureY(double stageY) {
    return (stageY - y) / scale;
  }

  /** The part of the picture that is visible, in stage coordinates; may be empty. */
  Rectangle2D visible() {
    double left = Math.max(x, pane.getMinX());
    double top = Math.max(y, pane.getMinY());
    double right = Math.min(x + width * scale, pane.getMaxX());
    double bottom = Math.min(y + height * scale, pane.getMaxY());
    return new Rectangle2D(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }
}
