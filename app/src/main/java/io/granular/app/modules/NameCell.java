package io.granular.app.modules;

import io.granular.app.control.Icons;
import io.granular.app.text.Texts;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Tooltip;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/** The name of a row, with a button that resets it where something is overridden. */
final class NameCell extends TextCell {
  private final Texts texts;
  private final Button reset;

  NameCell(Texts texts, ModulesModel model) {
    super((row, _) -> row.label(), state -> state.overridden() > 0);
    this.texts = texts;
    getStyleClass().add("name-cell");
    reset = Icons.button(new Button(), Feather.ROTATE_CCW, texts.get("modules.reset"));
    reset.getStyleClass().add("row-reset");
    reset.setFocusTraversable(false);
    reset.setOnAction(_ -> {
      List<ModuleRow> rows = new ArrayList<>();
      getTableRow().getItem().forEachModule(rows::add);
      model.editor().reset(ModulesModel.names(rows));
    });
    setContentDisplay(ContentDisplay.RIGHT);
  }

  @Override
  protected void updateItem(@Nullable RowState state, boolean empty) {
    super.updateItem(state, empty);
    ModuleRow row = getTableRow() == null ? null : getTableRow().getItem();
    boolean overridden = !empty && state != null && state.overridden() > 0;
    setGraphic(overridden ? reset : null);
    if (row != null && !empty) {
      setTooltip(new Tooltip(overridden && state != null
          ? texts.format("modules.overridden", row.path(), state.overridden())
          : row.path()));
    }
  }
}
