package io.granular.app.compare;

import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.metric.PictureMetrics;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.geometry.HPos;
import org.jspecify.annotations.Nullable;

/** All metrics of B against A, as a card beside the stage. */
final class DifferenceCard extends VBox {
  private final GridPane grid = new GridPane();
  private final Texts texts;

  DifferenceCard(ObservableValue<@Nullable PictureMetrics> metrics, Texts texts) {
    this.texts = texts;
    getStyleClass().addAll("card", "difference-card");
    Label title = new Label(texts.get("metric.title"));
    title.getStyleClass().add("card-title");
    ColumnConstraints name = new ColumnConstraints();
    name.setHgrow(Priority.ALWAYS);
    ColumnConstraints value = new ColumnConstraints();
    value.setHalignment(HPos.RIGHT);
    grid.getColumnConstraints().setAll(name, value);
    grid.getStyleClass().add("facts");
    getChildren().addAll(title, grid);
    metrics.subscribe(this::show);
    managedProperty().bind(visibleProperty());
  }

  private void show(@Nullable PictureMetrics metrics) {
    setVisible(metrics != null);
    grid.getChildren().clear();
    if (metrics == null) {
      return;
    }
    Numbers numbers = texts.numbers();
    row(0, "psnr", ScoreFormat.psnr(metrics, texts));
    row(1, "ssim", numbers.fixed(metrics.ssim(), 4));
    row(2, "flip", numbers.fixed(metrics.flip(), 4));
    row(3, "mae", texts.format("metric.levels", numbers.fixed(metrics.mae(), 2)));
    row(4, "mse", numbers.fixed(metrics.mse(), 2));
  }

  private void row(int row, String key, String value) {
    Label name = new Label(texts.get("metric." + key));
    name.getStyleClass().add("muted");
    Label number = new Label(value);
    number.getStyleClass().add("strong");
    name.setTooltip(new Tooltip(texts.get("metric." + key + ".hint")));
    grid.addRow(row, name, number);
  }
}
