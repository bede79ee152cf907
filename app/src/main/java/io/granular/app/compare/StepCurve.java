package io.granular.app.compare;

import javafx.scene.layout.Pane;
import javafx.scene.shape.Line;
import javafx.scene.shape.Polygon;
import javafx.scene.shape.Polyline;

/** A curve over the steps with the chosen step marked. */
final class StepCurve extends Pane {
  private static final double PAD = 3;

  private final Polygon area = new Polygon();
  private final Polyline line = new Polyline();
  private final Line marker = new Line();
  private double[] values = new double[0];
  private int step = 1;

  StepCurve() {
    getStyleClass().add("step-curve");
    area.getStyleClass().add("area");
    line.getStyleClass().add("line");
    marker.getStyleClass().add("marker");
    getChildren().addAll(area, line, marker);
    setMinHeight(24);
  }

  /** Shows another curve: a value for each step, the first being step 1. */
  void show(double[] newValues) {
    values = newValues;
    requestLayout();
  }

  /** Marks another step. */
  void mark(int newStep) {
    step = newStep;
    requestLayout();
  }

  /** The step at a place of the curve, from 1 to {@code steps}. */
  int stepAt(double x, int steps) {
    return Math.clamp(Math.round(x / Math.max(1, getWidth()) * (steps - 1)) + 1, 1, steps);
  }

  @Override
  protected void layoutChildren() {
    boolean drawable = values.length > 1;
    area.setVisible(drawable);
    line.setVisible(drawable);
    marker.setVisible(drawable);
    if (!drawable) {
      return;
    }
    double largest = 1e-9;
    for (double value : values) {
      largest = Math.max(largest, value);
    }
    double bottom = getHeight();
    Double[] points = new Double[values.length * 2];
    for (int i = 0; i < values.length; i++) {
      points[2 * i] = x(i + 1);
      points[2 * i + 1] = bottom - (bottom - PAD) * values[i] / largest;
    }
    line.getPoints().setAll(points);
    area.getPoints().setAll(points);
    area.getPoints().addAll(getWidth(), bottom, 0.0, bottom);
    double at = Math.rint(x(Math.clamp(step, 1, values.length)));
    marker.setStartX(at);
    marker.setEndX(at);
    marker.setStartY(0);
    marker.setEndY(bottom);
  }

  private double x(int ofStep) {
    return getWidth() * (ofStep - 1) / (values.length - 1);
  }
}
