package io.granular.app.control;

import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** One number and what it means. */
public final class StatTile extends VBox {
  private static final PseudoClass BETTER = PseudoClass.getPseudoClass("better");
  private static final PseudoClass WORSE = PseudoClass.getPseudoClass("worse");

  private final Label value = new Label();
  private final Label caption = new Label();
  private final Tooltip tooltip = new Tooltip();

  /** How the number compares with the reference. */
  public enum Tone {
    NEUTRAL, BETTER, WORSE
  }

  /** An empty tile. */
  public StatTile() {
    getStyleClass().add("stat-tile");
    value.getStyleClass().add("value");
    caption.getStyleClass().add("caption");
    value.setMinWidth(0);
    caption.setMinWidth(0);
    getChildren().addAll(value, caption);
    HBox.setHgrow(this, Priority.ALWAYS);
    setMaxWidth(Double.MAX_VALUE);
    setPrefWidth(1);
    setFocusTraversable(false);
    Tooltip.install(this, tooltip);
  }

  /** Shows a number, what it is, and the whole story on hovering. */
  public void show(String number, String meaning, Tone tone, String details) {
    value.setText(number);
    caption.setText(meaning);
    tooltip.setText(details);
    pseudoClassStateChanged(BETTER, tone == Tone.BETTER);
    pseudoClassStateChanged(WORSE, tone == Tone.WORSE);
    setAccessibleText(number + ", " + meaning);
  }
}
