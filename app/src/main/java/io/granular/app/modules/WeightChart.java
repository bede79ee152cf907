package io.granular.app.modules;

import io.granular.engine.studio.ModuleWeights;
import java.util.Arrays;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Line;
import javafx.scene.shape.Polygon;
import org.jspecify.annotations.Nullable;

/**
 * The distribution of a weight, zero in the middle. The lines are where a symmetric range per tensor
 * ends, at the largest magnitude.
 */
final class WeightChart extends Pane {
  private static final double HEIGHT = 64;

  private final Polygon area = new Polygon();
  private final Line zero = new Line();
  private final Line low = new Line();
  private final Line high = new Line();
  private @Nullable ModuleWeights weights;

  WeightChart() {
    getStyleClass().add("weight-chart");
    area.getStyleClass().add("area");
    zero.getStyleClass().add("zero");
    low.getStyleClass().add("clip");
    high.getStyleClass().add("clip");
    getChildren().addAll(area, zero, low, high);
    setMinHeight(HEIGHT);
    setPrefHeight(HEIGHT);
  }

  void show(@Nullable ModuleWeights shown) {
    weights = shown;
    getChildren().forEach(child -> child.setVisible(shown != null));
    requestLayout();
  }

  @Override
  protected void layoutChildren() {
    if (weights == null) {
      return;
    }
    double reach = Math.max(Math.max(weights.max(), -weights.min()), Float.MIN_NORMAL) * 1.08;
    double bottom = getHeight() - 4;
    long most = Math.max(1, Arrays.stream(weights.histogram()).max().orElse(1));
    int bins = weights.histogram().length;
    double width = (weights.max() - weights.min()) / bins;
    Double[] points = new Double[4 * bins + 4];
    int at = 0;
    points[at++] = x(weights.min(), reach);
    points[at++] = bottom;
    for (int i = 0; i < bins; i++) {
      double y = bottom - (bottom - 6) * weights.histogram()[i] / most;
      points[at++] = x(weights.min() + i * width, reach);
      points[at++] = y;
      points[at++] = x(weights.min() + (i + 1) * width, reach);
      points[at++] = y;
    }
    points[at++] = x(weights.max(), reach);
    points[at] = bottom;
    area.getPoints().setAll(points);
    place(zero, x(0, reach));
    place(low, x(-reach / 1.08, reach));
    place(high, x(reach / 1.08, reach));
  }

  private double x(double value, double reach) {
    return Math.rint(getWidth() * (value + reach) / (2 * reach) * 2) / 2;
  }

  private void place(Line line, double x) {
    double at = Math.floor(x) + 0.5;
    line.setStartX(at);
    line.setEndX(at);
    line.setStartY(4);
    line.setEndY(getHeight() - 4);
  }
}
