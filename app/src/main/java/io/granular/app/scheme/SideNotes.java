package io.granular.app.scheme;

import io.granular.app.control.Icons;
import io.granular.app.text.Texts;
import java.util.List;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/**
 * What differs from the plan, in one line that opens into whole paragraphs. What failed is never
 * folded away.
 */
final class SideNotes extends VBox {
  private final Texts texts;
  private final BooleanProperty open = new SimpleBooleanProperty();
  private final Button fold = new Button();
  private final VBox folded = new VBox();
  private final VBox errors = new VBox();

  /** @param id ends the id of the line: {@code notes-A} */
  SideNotes(String id, Texts texts) {
    this.texts = texts;
    getStyleClass().add("notes");
    errors.getStyleClass().add("notes");
    folded.getStyleClass().add("notes");
    fold.setId("notes-" + id);
    fold.getStyleClass().addAll("flat", "notes-fold");
    fold.setMaxWidth(Double.MAX_VALUE);
    fold.setOnAction(_ -> open.set(!open.get()));
    fold.graphicProperty()
        .bind(open.map(is -> Icons.of(is ? Feather.CHEVRON_DOWN : Feather.CHEVRON_RIGHT)));
    folded.visibleProperty().bind(open.and(fold.visibleProperty()));
    for (var part : List.of(this, fold, folded, errors)) {
      part.managedProperty().bind(part.visibleProperty());
    }
    getChildren().addAll(errors, fold, folded);
    show(List.of(), List.of());
  }

  /** Shows these; the line stays open if it was. */
  void show(List<String> failures, List<String> notes) {
    errors.getChildren()
        .setAll(failures.stream()
            .map(text -> paragraph(text, "error", Feather.ALERT_CIRCLE))
            .toList());
    folded.getChildren()
        .setAll(notes.stream()
            .map(text -> paragraph(text, "warning", Feather.ALERT_TRIANGLE))
            .toList());
    String first = notes.isEmpty() ? "" : notes.getFirst();
    fold.setText(texts.format("notes.line", notes.size(), first));
    fold.setVisible(!notes.isEmpty());
    errors.setVisible(!failures.isEmpty());
    setVisible(!notes.isEmpty() || !failures.isEmpty());
  }

  private static Label paragraph(String text, String styleClass, Feather icon) {
    Label note = new Label(text, Icons.of(icon));
    note.setWrapText(true);
    note.setMinHeight(USE_PREF_SIZE);
    note.setMaxWidth(Double.MAX_VALUE);
    note.getStyleClass().addAll("note", styleClass);
    return note;
  }
}
