package io.granular.app.modules;

import static javafx.scene.layout.Region.USE_PREF_SIZE;

import javafx.scene.control.Label;

/** Labels that the inspector's cards have in common; they wrap instead of being cut off. */
final class CardLabels {
  private CardLabels() {}

  static Label heading(String text) {
    Label label = new Label(text);
    label.getStyleClass().add("heading");
    return wrapping(label);
  }

  /** A line of small print, empty until it is known. */
  static Label caption(String id) {
    Label label = new Label();
    label.setId(id);
    label.getStyleClass().addAll("muted", "caption");
    return wrapping(label);
  }

  private static Label wrapping(Label label) {
    label.setWrapText(true);
    label.setMinHeight(USE_PREF_SIZE);
    return label;
  }
}
