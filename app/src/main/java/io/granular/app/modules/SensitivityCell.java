package io.granular.app.modules;

import io.granular.app.text.Numbers;
import javafx.geometry.Pos;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.TreeTableCell;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/** The sensitivity as a bar on a logarithmic scale, with the number beside it. */
final class SensitivityCell extends TreeTableCell<ModuleRow, RowState> {
  private static final double WIDTH = 28;

  private final Numbers numbers;
  private final Region bar = new Region();
  private final StackPane track = new StackPane(bar);

  SensitivityCell(Numbers numbers) {
    this.numbers = numbers;
    getStyleClass().addAll("module-cell", "sensitivity-cell");
    bar.getStyleClass().add("bar");
    track.getStyleClass().add("track");
    track.setAlignment(Pos.CENTER_LEFT);
    track.setMinSize(WIDTH, 6);
    track.setMaxSize(WIDTH, 6);
    setContentDisplay(ContentDisplay.LEFT);
  }

  @Override
  protected void updateItem(@Nullable RowState state, boolean empty) {
    super.updateItem(state, empty);
    boolean shown = !empty && state != null && !Double.isNaN(state.heat());
    setGraphic(shown ? track : null);
    setText(shown && state != null ? numbers.scientific(state.sensitivity()) : null);
    if (shown && state != null) {
      double width = Math.max(2, Math.rint(WIDTH * state.heat()));
      bar.setMinWidth(width);
      bar.setMaxWidth(width);
    }
  }
}
