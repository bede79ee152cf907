package io.granular.app.modules;

import java.util.function.Consumer;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Polygon;

/**
 * The largest magnitude of every output channel; a scale per channel is proportional to it. Where
 * there are more channels than pixels, a pixel shows the largest of its channels.
 */
final class ChannelChart extends Pane {
  private static final double HEIGHT = 48;

  private final Polygon area = new Polygon();
  private double[] values = new double[0];

  /**
   * @param pointed hears the channel under the mouse; -1 when it leaves
   */
  ChannelChart(Consumer<Integer> pointed) {
    getStyleClass().add("channel-chart");
    area.getStyleClass().add("area");
    getChildren().add(area);
    setMinHeight(HEIGHT);
    setPrefHeight(HEIGHT);
    setOnMouseMoved(event -> {
      int channel = (int) (event.getX() / Math.max(1, getWidth()) * values.length);
      pointed.accept(values.length == 0 ? -1 : Math.clamp(channel, 0, values.length - 1));
    });
    setOnMouseExited(_ -> pointed.accept(-1));
  }

  void show(double[] channels) {
    values = channels;
    requestLayout();
  }

  @Override
  protected void layoutChildren() {
    area.getPoints().clear();
    int columns = Math.min(values.length, (int) getWidth());
    if (columns == 0) {
      return;
    }
    double largest = Float.MIN_NORMAL;
    for (double value : values) {
      largest = Math.max(largest, value);
    }
    double bottom = getHeight() - 4;
    Double[] points = new Double[4 * columns + 4];
    int at = 0;
    points[at++] = 0.0;
    points[at++] = bottom;
    for (int i = 0; i < columns; i++) {
      double most = 0;
      for (int c = i * values.length / columns; c < (i + 1) * values.length / columns; c++) {
        most = Math.max(most, values[c]);
      }
      double y = bottom - (bottom - 6) * most / largest;
      points[at++] = getWidth() * i / columns;
      points[at++] = y;
      points[at++] = getWidth() * (i + 1) / columns;
      points[at++] = y;
    }
    points[at++] = getWidth();
    points[at] = bottom;
    area.getPoints().setAll(points);
  }
}
