package io.granular.app.compare;

import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.geometry.Rectangle2D;

/**
 * The one zoom and pan that all views share. It is kept relative to the picture (which point of it
 * is in the middle), so it survives another view, side, seed or size of the window.
 */
final class Viewport {
  static final double MIN_SCALE = 1 / 16.0;
  static final double MAX_SCALE = 64;

  private static final double MARGIN = 24;
  private static final double IN_VIEW = 48;
  private static final double STEP = Math.sqrt(2);

  private final ReadOnlyBooleanWrapper fitted = new ReadOnlyBooleanWrapper(true);
  private final ReadOnlyDoubleWrapper scale = new ReadOnlyDoubleWrapper(1);
  /** The point in the middle of a pane, as shares of the picture's width and height. */
  private final ReadOnlyDoubleWrapper centreX = new ReadOnlyDoubleWrapper(0.5);
  private final ReadOnlyDoubleWrapper centreY = new ReadOnlyDoubleWrapper(0.5);

  /** Whether the picture is kept as large as fits. */
  ReadOnlyBooleanProperty fitted() {
    return fitted.getReadOnlyProperty();
  }

  /** Stage units per pixel as last placed. */
  ReadOnlyDoubleProperty scale() {
    return scale.getReadOnlyProperty();
  }

  /** The share of the picture's width that is in the middle. */
  ReadOnlyDoubleProperty centreX() {
    return centreX.getReadOnlyProperty();
  }

  /** The share of the picture's height that is in the middle. */
  ReadOnlyDoubleProperty centreY() {
    return centreY.getReadOnlyProperty();
  }

  /** Where a picture of that size lies in {@code pane}. */
  Placement place(Rectangle2D pane, int width, int height) {
    double s = fitted.get() ? fitting(pane, width, height) : scale.get();
    double x = pane.getMinX() + pane.getWidth() / 2 - centreX.get() * width * s;
    double y = pane.getMinY() + pane.getHeight() / 2 - centreY.get() * height * s;
    return new Placement(pane, Math.rint(x), Math.rint(y), s, width, height);
  }

  /** Makes the scale that fits {@code pane} known, so that zooming goes on from there. */
  void adopt(Placement placement) {
    if (fitted.get()) {
      scale.set(placement.scale());
    }
  }

  /** As large as fits; from now on also when the window changes. */
  void fit() {
    centreX.set(0.5);
    centreY.set(0.5);
    fitted.set(true);
  }

  /** To {@code newScale} around a place of the stage, which keeps showing the same point. */
  void zoomTo(double newScale, Placement from, double stageX, double stageY) {
    double target = Math.clamp(newScale, MIN_SCALE, MAX_SCALE);
    Rectangle2D pane = from.pane();
    double offsetX = stageX - (pane.getMinX() + pane.getWidth() / 2);
    double offsetY = stageY - (pane.getMinY() + pane.getHeight() / 2);
    moveTo(from, target, (from.toPictureX(stageX) - offsetX / target) / from.width(),
        (from.toPictureY(stageY) - offsetY / target) / from.height());
    scale.set(target);
    fitted.set(false);
  }

  /** One step closer around the middle. */
  void zoomIn(Placement from) {
    zoomAroundMiddle(from, scale.get() * STEP);
  }

  /** One step back around the middle. */
  void zoomOut(Placement from) {
    zoomAroundMiddle(from, scale.get() / STEP);
  }

  /** To {@code newScale} around the middle. */
  void zoomAroundMiddle(Placement from, double newScale) {
    Rectangle2D pane = from.pane();
    zoomTo(newScale, from, pane.getMinX() + pane.getWidth() / 2,
        pane.getMinY() + pane.getHeight() / 2);
  }

  /** Moves the picture by a distance on the stage. */
  void pan(Placement from, double dx, double dy) {
    scale.set(from.scale());
    fitted.set(false);
    moveTo(from, from.scale(), centreX.get() - dx / (from.scale() * from.width()),
        centreY.get() - dy / (from.scale() * from.height()));
  }

  /** Some of the picture always stays in view. */
  private void moveTo(Placement from, double newScale, double x, double y) {
    double beyondX = beyond(from.pane().getWidth(), newScale * from.width());
    double beyondY = beyond(from.pane().getHeight(), newScale * from.height());
    centreX.set(Math.clamp(x, -beyondX, 1 + beyondX));
    centreY.set(Math.clamp(y, -beyondY, 1 + beyondY));
  }

  private static double beyond(double pane, double picture) {
    return Math.max(0, pane / 2 - IN_VIEW) / picture;
  }

  /** Whole multiples above 200 %, so that every pixel is drawn equally large. */
  private static double fitting(Rectangle2D pane, int width, int height) {
    double s = Math.min((pane.getWidth() - 2 * MARGIN) / width,
        (pane.getHeight() - 2 * MARGIN) / height);
    return Math.clamp(s > 2 ? Math.floor(s) : s, MIN_SCALE, MAX_SCALE);
  }
}
