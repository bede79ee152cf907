package io.granular.app.compare;

import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.metric.PictureMetrics;
import javafx.beans.value.ObservableValue;
import javafx.geometry.HPos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** All metrics of B against A, as a card beside the stage. */
final class DifferenceCard extends VBox {
  private static final int PAIRS = 2;

  private final GridPane grid = new GridPane();
  private final Texts texts;

  DifferenceCard(ObservableValue<@Nullable PictureMetrics> metrics, Texts texts) {
    this.texts = texts;
    getStyleClass().addAll("card", "difference-card");
    Label title = new Label(texts.get("metric.title"));
    title.getStyleClass().add("card-title");
    for (int column = 0; column < 2 * PAIRS; column++) {
      ColumnConstraints constraints = new ColumnConstraints();
      boolean value = column % 2 == 1;
      constraints.setHalignment(value ? HPos.RIGHT : HPos.LEFT);
      constraints.setHgrow(value ? Priority.ALWAYS : Priority.NEVER);
      grid.getColumnConstraints().add(constraints);
    }
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
    put(0, "psnr", ScoreFormat.psnr(metrics, texts));
    put(1, "ssim", numbers.fixed(metrics.ssim(), 4));
    put(2, "flip", numbers.fixed(metrics.flip(), 4));
    put(3, "mae", numbers.fixed(metrics.mae(), 2));
    put(4, "mse", numbers.fixed(metrics.mse(), 2));
  }

  private void put(int index, String key, String value) {
    Label name = new Label(texts.get("metric." + key));
    name.getStyleClass().add("muted");
    Label number = new Label(value);
    number.getStyleClass().add("strong");
    name.setTooltip(new Tooltip(texts.get("metric." + key + ".hint")));
    grid.add(name, index % PAIRS * 2, index / PAIRS);
    grid.add(number, index % PAIRS * 2 + 1, index / PAIRS);
  }
}
