package io.granular.app.train;

import javafx.geometry.Pos;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** The loss curve with the pictures at its side, or below it where that would leave it too narrow. */
final class Watching extends StackPane {
  private static final double GAP = 12;
  private static final double LEAST_CHART = 380;

  private final LossChart chart;
  private final PreviewCard preview;
  private boolean beside;

  Watching(LossChart chart, PreviewCard preview) {
    this.chart = chart;
    this.preview = preview;
    setAlignment(Pos.TOP_LEFT);
    HBox.setHgrow(chart, Priority.ALWAYS);
    chart.setMinWidth(0);
    place(true);
    widthProperty().subscribe(this::arrange);
  }

  private void arrange() {
    double room = PreviewCard.sizeWithin(getWidth() - GAP - LEAST_CHART);
    boolean fits = room >= PreviewCard.LEAST;
    preview.resizeTo(fits ? Math.min(room, PreviewCard.MOST) : PreviewCard.MOST);
    if (fits != beside) {
      place(fits);
    }
  }

  private void place(boolean aside) {
    beside = aside;
    Pane pane = aside ? new HBox(GAP) : new VBox(GAP);
    pane.getChildren().setAll(chart, preview);
    getChildren().setAll(pane);
  }
}
