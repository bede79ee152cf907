package io.granular.app.save;

import javafx.scene.control.Label;
import javafx.scene.layout.Region;

/** Words of the panel. */
final class Captions {
  private Captions() {}

  /** Small grey words that wrap. */
  static Label muted(String text) {
    Label label = wrapped(text);
    label.getStyleClass().addAll("muted", "caption");
    return label;
  }

  /** Words that wrap. */
  static Label wrapped(String text) {
    Label label = new Label(text);
    label.setWrapText(true);
    label.setMinHeight(Region.USE_PREF_SIZE);
    return label;
  }
}
