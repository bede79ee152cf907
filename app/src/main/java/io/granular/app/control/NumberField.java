package io.granular.app.control;

import java.util.function.DoubleFunction;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.css.PseudoClass;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.jspecify.annotations.Nullable;

/**
 * A number to type or to step with the arrow keys. Empty means null, for example "as the model
 * says", which the prompt text then shows. What is typed counts at Enter or when the field is left;
 * what is no such number turns red and then back into the last value.
 */
public final class NumberField extends TextField {
  private static final PseudoClass INVALID = PseudoClass.getPseudoClass("danger");
  private static final PseudoClass INHERITED = PseudoClass.getPseudoClass("inherited");
  private static final double DIGIT = 8.5;
  private static final double AROUND = 12;

  private final ObjectProperty<@Nullable Double> value = new SimpleObjectProperty<>();
  private final double min;
  private final double max;
  private final double step;
  private final DoubleFunction<String> format;
  private double fallback;

  /**
   * @param step distance of arrow keys; values need not lie on it unless {@code wholeSteps}
   * @param format how a value is written
   */
  public NumberField(double min, double max, double step, DoubleFunction<String> format) {
    this.min = min;
    this.max = max;
    this.step = step;
    this.format = format;
    fallback = min;
    getStyleClass().add("number-field");
    value.subscribe(now -> {
      pseudoClassStateChanged(INHERITED, now == null);
      write();
    });
    textProperty().subscribe(text -> {
      pseudoClassStateChanged(INVALID, !valid(text));
      requestLayout();
    });
    focusedProperty().subscribe(focused -> {
      if (!focused) {
        commit();
      }
    });
    setOnAction(_ -> commit());
    addEventFilter(KeyEvent.KEY_PRESSED, this::key);
  }

  /** The number; null while the field is empty. */
  public ObjectProperty<@Nullable Double> value() {
    return value;
  }

  /** What applies while the field is empty; shown as its prompt. */
  public void setFallback(double number) {
    fallback = number;
    setPromptText(format.apply(number));
  }

  /** As wide as what it says: tabular digits all have one width. */
  @Override
  protected double computePrefWidth(double height) {
    int characters = Math.max(2, Math.max(getText().length(),
        getText().isEmpty() && getPromptText() != null ? getPromptText().length() : 0));
    return Math.ceil(characters * DIGIT + AROUND);
  }

  private void key(KeyEvent event) {
    int direction = event.getCode() == KeyCode.UP ? 1 : event.getCode() == KeyCode.DOWN ? -1 : 0;
    if (direction != 0) {
      commit();
      Double now = value.get();
      value.set(Math.clamp((now == null ? fallback : now) + direction * step, min, max));
      event.consume();
    } else if (event.getCode() == KeyCode.ESCAPE) {
      write();
      // Not consumed: Escape also cancels a run.
    }
  }

  private void commit() {
    String text = getText();
    if (valid(text)) {
      value.set(text.isBlank() ? null : parse(text));
    }
    write();
  }

  private void write() {
    Double now = value.get();
    setText(now == null ? "" : format.apply(now));
  }

  private boolean valid(String text) {
    if (text.isBlank()) {
      return true;
    }
    try {
      double number = parse(text);
      return number >= min && number <= max;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static double parse(String text) {
    return Double.parseDouble(text.strip().replace(',', '.').replace("\u00a0", ""));
  }
}
