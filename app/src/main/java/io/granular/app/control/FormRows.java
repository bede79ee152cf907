package io.granular.app.control;

import atlantafx.base.controls.Spacer;
import javafx.beans.value.ObservableValue;
import javafx.geometry.HPos;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/** Settings, one below the other: names at the left, what can be chosen at the right. */
public final class FormRows extends GridPane {
  private static final double BEFORE_HEADING = 12;

  /** The grid's own count leaves out rows that are not there now. */
  private int next;

  public FormRows() {
    getStyleClass().addAll("setting-rows", "form-rows");
    ColumnConstraints names = new ColumnConstraints();
    names.setHgrow(Priority.SOMETIMES);
    names.setMinWidth(USE_PREF_SIZE);
    ColumnConstraints values = new ColumnConstraints();
    values.setHgrow(Priority.ALWAYS);
    values.setMinWidth(0);
    values.setHalignment(HPos.RIGHT);
    getColumnConstraints().setAll(names, values);
  }

  /** Adds words that head what follows. */
  public void heading(String words) {
    Label label = new Label(words);
    label.getStyleClass().add("heading");
    if (next > 0) {
      setMargin(label, new Insets(BEFORE_HEADING, 0, 0, 0));
    }
    wide(label);
  }

  /**
   * Adds a setting.
   *
   * @param hint shown on hovering its name; may be empty
   */
  public Label row(String name, String hint, Node value) {
    Label label = named(name, hint, value);
    addRow(next++, label, value);
    return label;
  }

  /** Adds a setting that is there only while {@code when} holds. */
  public void row(String name, String hint, Node value, ObservableValue<Boolean> when) {
    Label label = row(name, hint, value);
    showWhen(label, when);
    showWhen(value, when);
  }

  /** Adds a setting whose value may need most of the width, whatever the other names are. */
  public void ownRow(String name, String hint, Node value) {
    HBox row = new HBox(8, named(name, hint, value), new Spacer(), value);
    row.setAlignment(Pos.CENTER_LEFT);
    wide(row);
  }

  /** Adds something that needs the whole width. */
  public void wide(Node node) {
    add(node, 0, next++, 2, 1);
    setHalignment(node, HPos.LEFT);
  }

  /** The same, there only while {@code when} holds. */
  public void wide(Node node, ObservableValue<Boolean> when) {
    wide(node);
    showWhen(node, when);
  }

  private static Label named(String name, String hint, Node value) {
    Label label = new Label(name);
    label.getStyleClass().add("muted");
    label.setLabelFor(value);
    label.setMinWidth(Region.USE_PREF_SIZE);
    if (!hint.isEmpty()) {
      label.setTooltip(new Tooltip(hint));
    }
    return label;
  }

  private static void showWhen(Node node, ObservableValue<Boolean> when) {
    node.visibleProperty().bind(when);
    node.managedProperty().bind(node.visibleProperty());
  }
}
