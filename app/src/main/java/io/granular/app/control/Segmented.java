package io.granular.app.control;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import org.jspecify.annotations.Nullable;

/** A row of joined buttons of which one is chosen; none while the value is null. */
public final class Segmented<T> extends HBox {
  private final ObjectProperty<@Nullable T> value = new SimpleObjectProperty<>();
  private final Map<T, ToggleButton> buttons = new LinkedHashMap<>();

  /**
   * @param values in order
   * @param name of a value, as written on its button
   * @param hint of a value, shown as its tooltip; may give empty text
   */
  public Segmented(Iterable<? extends T> values, Function<? super T, String> name,
      Function<? super T, String> hint) {
    getStyleClass().add("segmented");
    ToggleGroup group = new ToggleGroup();
    for (T each : values) {
      ToggleButton button = new ToggleButton(name.apply(each));
      String tip = hint.apply(each);
      if (!tip.isEmpty()) {
        button.setTooltip(new Tooltip(tip));
      }
      button.setToggleGroup(group);
      button.setMinWidth(USE_PREF_SIZE);
      button.setOnAction(_ -> {
        value.set(each);
        // A second click on the chosen one must not leave none chosen.
        button.setSelected(true);
      });
      buttons.put(each, button);
      getChildren().add(button);
    }
    getChildren().getFirst().getStyleClass().add("first");
    getChildren().getLast().getStyleClass().add("last");
    setMaxSize(USE_PREF_SIZE, USE_PREF_SIZE);
    value.subscribe(
        chosen -> buttons.forEach((each, button) -> button.setSelected(each.equals(chosen))));
  }

  /** What is chosen. */
  public ObjectProperty<@Nullable T> value() {
    return value;
  }

  /** The button of a value. */
  public @Nullable ToggleButton button(T each) {
    return buttons.get(each);
  }
}
