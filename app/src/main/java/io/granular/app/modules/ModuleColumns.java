package io.granular.app.modules;

import io.granular.app.edit.Field;
import io.granular.app.text.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import javafx.scene.control.TreeTableCell;
import javafx.scene.control.TreeTableColumn;

/** The columns of the table, and which of them there are. */
final class ModuleColumns {
  private final ModulesModel model;
  private final ModuleWords words;
  private final Texts texts;

  ModuleColumns(ModulesModel model, ModuleWords words) {
    this.model = model;
    this.words = words;
    texts = words.texts();
  }

  /** In order; those of an analysis only show themselves once there is one. */
  List<TreeTableColumn<ModuleRow, RowState>> all() {
    List<TreeTableColumn<ModuleRow, RowState>> columns = new ArrayList<>();
    columns.add(column("module", 216, () -> new NameCell(texts, model)));
    columns.add(text("shape", 102, (_, state) -> state.plan() == null
        ? ""
        : ModuleWords.shape(state.plan().shape())));
    columns.add(text("parameters", 58, (_, state) -> words.numbers().count(state.parameters())));
    columns.add(field("weights", 60, Field.WEIGHTS));
    columns.add(field("granularity", 82, Field.GRANULARITY));
    columns.add(column("activations", 88, () -> new TextCell(
        (_, state) -> words.activations(state), state -> overridden(state, Field.ACTIVATIONS)
            || overridden(state, Field.ACTIVATION_BITS))));
    columns.add(field("method", 54, Field.METHOD));
    columns.add(text("bytes", 124, (_, state) -> words.bytes(state)));
    columns.add(measured(text("sqnr", 58, (_, state) -> Double.isNaN(state.sqnr())
        ? "–"
        : words.numbers().fixed(state.sqnr(), 1))));
    columns.add(measured(
        column("sensitivity", 92, () -> new SensitivityCell(words.numbers()))));
    columns.add(column("kernel", 156, () -> new KernelCell(words)));
    columns.add(text("kind", 76, (_, state) -> state.plan() == null
        ? ""
        : words.kind(state.plan())));
    columns.add(text("reason", 360, (_, state) -> state.plan() == null
        ? ""
        : state.plan().reason()));
    return columns;
  }

  private TreeTableColumn<ModuleRow, RowState> measured(
      TreeTableColumn<ModuleRow, RowState> column) {
    column.visibleProperty().bind(model.measured());
    return column;
  }

  private TreeTableColumn<ModuleRow, RowState> field(String key, double width, Field field) {
    return column(key, width, () -> new TextCell((_, state) -> words.value(state, field),
        state -> overridden(state, field)));
  }

  private static boolean overridden(RowState state, Field field) {
    RowState.Value value = state.values().get(field);
    return value != null && value.overridden();
  }

  private TreeTableColumn<ModuleRow, RowState> text(String key, double width,
      BiFunction<ModuleRow, RowState, String> text) {
    return column(key, width, () -> new TextCell(text, _ -> false));
  }

  private TreeTableColumn<ModuleRow, RowState> column(String key, double width,
      Supplier<TreeTableCell<ModuleRow, RowState>> cell) {
    TreeTableColumn<ModuleRow, RowState> column =
        new TreeTableColumn<>(texts.get("column." + key));
    column.setId("column-" + key);
    column.setPrefWidth(width);
    column.setSortable(false);
    column.setReorderable(true);
    column.setCellValueFactory(features -> features.getValue().getValue().state());
    column.setCellFactory(_ -> cell.get());
    return column;
  }
}
