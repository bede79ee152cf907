package io.granular.app;

import javafx.scene.control.Labeled;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeTableCell;
import javafx.scene.control.TreeTableColumn;
import javafx.scene.control.TreeTableRow;
import javafx.scene.control.TreeTableView;

/** Asks a cell of its own what it would draw, whether or not the row is in view. */
final class CellText {
  private CellText() {}

  static <T, V> String of(TreeTableView<T> table, TreeTableColumn<T, V> column,
      TreeItem<T> item) {
    TreeTableRow<T> row = new TreeTableRow<>();
    row.updateTreeTableView(table);
    TreeTableCell<T, V> cell = column.getCellFactory().call(column);
    cell.updateTreeTableView(table);
    cell.updateTableColumn(column);
    cell.updateTableRow(row);
    row.updateIndex(table.getRow(item));
    cell.updateIndex(table.getRow(item));
    if (table.getRow(item) < 0) {
      throw new AssertionError("not to be seen: " + item.getValue());
    }
    String text = cell.getText() == null ? "" : cell.getText();
    return text.isEmpty() && cell.getGraphic() instanceof Labeled label ? label.getText() : text;
  }
}
