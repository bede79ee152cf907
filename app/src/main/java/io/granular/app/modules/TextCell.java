package io.granular.app.modules;

import java.util.function.BiFunction;
import java.util.function.Predicate;
import javafx.css.PseudoClass;
import javafx.scene.control.Tooltip;
import javafx.scene.control.TreeTableCell;
import org.jspecify.annotations.Nullable;

/** A text of a row: inherited values grey, overridden ones bold. */
class TextCell extends TreeTableCell<ModuleRow, RowState> {
  private static final PseudoClass OVERRIDDEN = PseudoClass.getPseudoClass("overridden");
  private static final PseudoClass GROUP = PseudoClass.getPseudoClass("group");

  private final BiFunction<ModuleRow, RowState, String> text;
  private final Predicate<RowState> overridden;

  TextCell(BiFunction<ModuleRow, RowState, String> text, Predicate<RowState> overridden) {
    this.text = text;
    this.overridden = overridden;
    getStyleClass().add("module-cell");
  }

  @Override
  protected void updateItem(@Nullable RowState state, boolean empty) {
    super.updateItem(state, empty);
    ModuleRow row = getTableRow() == null ? null : getTableRow().getItem();
    if (empty || state == null || row == null) {
      setText("");
      setTooltip(null);
      pseudoClassStateChanged(OVERRIDDEN, false);
      pseudoClassStateChanged(GROUP, false);
      return;
    }
    String words = text.apply(row, state);
    setText(words);
    // A long reason does not fit its column.
    setTooltip(words.length() > 24 ? new Tooltip(words) : null);
    pseudoClassStateChanged(OVERRIDDEN, overridden.test(state));
    pseudoClassStateChanged(GROUP, row.group());
  }
}
