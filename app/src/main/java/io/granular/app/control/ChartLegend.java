package io.granular.app.control;

import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;
import javafx.scene.shape.Line;

/** What the lines of a chart mean. A chart's own legend hides itself in small charts and knows no dashes. */
public final class ChartLegend extends FlowPane {
  private static final double SWATCH = 18;

  public ChartLegend() {
    super(12, 2);
    getStyleClass().add("chart-lines");
  }

  /**
   * Adds a line.
   *
   * @param line style class that gives its colour and dashes
   * @return its label
   */
  public Label add(String line, String name) {
    Line swatch = new Line(0, 0, SWATCH, 0);
    swatch.getStyleClass().addAll("chart-line", line);
    Label label = new Label(name, swatch);
    label.getStyleClass().addAll("muted", "caption");
    label.setMinWidth(USE_PREF_SIZE);
    getChildren().add(label);
    return label;
  }
}
