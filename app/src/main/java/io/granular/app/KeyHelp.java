package io.granular.app;

import atlantafx.base.controls.ModalPane;
import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.control.Shortcut;
import io.granular.app.control.ShortcutGroup;
import io.granular.app.text.Texts;
import java.util.List;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** All keys in one sheet over the window. */
final class KeyHelp extends ModalPane {
  private final Texts texts;

  KeyHelp(Texts texts) {
    this.texts = texts;
    setId("key-help");
    setAccessibleText(texts.get("keys.title"));
    visibleProperty().bind(displayProperty());
    getStyleClass().add("key-help");
    setAlignment(Pos.CENTER);
    setInTransitionFactory(null);
    setOutTransitionFactory(null);
  }

  /** Opens the sheet, or closes it if it is open. */
  void toggle(List<ShortcutGroup> groups) {
    if (isDisplay()) {
      hide();
    } else {
      show(sheet(groups));
    }
  }

  private Region sheet(List<ShortcutGroup> groups) {
    Label title = new Label(texts.get("keys.title"));
    title.getStyleClass().add("page-title");
    Button close = Icons.button(new Button(), Feather.X, texts.get("notice.close"));
    close.setOnAction(_ -> hide());
    HBox header = new HBox(title, new Spacer(), close);
    header.setAlignment(Pos.CENTER_LEFT);
    HBox columns = new HBox(40, new VBox(20), new VBox(20));
    for (int i = 0; i < groups.size(); i++) {
      boolean left = i < groups.size() / 2;
      ((VBox) columns.getChildren().get(left ? 0 : 1)).getChildren().add(group(groups.get(i)));
    }
    VBox sheet = new VBox(20, header, columns);
    sheet.getStyleClass().add("key-sheet");
    sheet.setMaxSize(USE_PREF_SIZE, USE_PREF_SIZE);
    return sheet;
  }

  private Node group(ShortcutGroup group) {
    Label title = new Label(texts.get(group.title()));
    title.getStyleClass().add("heading");
    GridPane grid = new GridPane();
    grid.getStyleClass().add("key-grid");
    int row = 0;
    for (Shortcut shortcut : group.shortcuts()) {
      if (!shortcut.keys().isEmpty()) {
        HBox keys = new HBox(4);
        keys.setAlignment(Pos.CENTER_LEFT);
        keys.setMinWidth(96);
        for (String key : shortcut.keys().split(" +", -1)) {
          Label cap = new Label(key);
          cap.getStyleClass().add("key-cap");
          keys.getChildren().add(cap);
        }
        Label text = new Label(texts.get(shortcut.text()));
        text.setWrapText(true);
        text.setMaxWidth(230);
        grid.addRow(row++, keys, text);
      }
    }
    return new VBox(8, title, grid);
  }
}
