package io.granular.app.control;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ListCell;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** A flat drop-down; what the model says is grey, what a person chose is bright. */
public final class ChoiceBox extends ComboBox<Choice> {
  private static final PseudoClass INHERITED = PseudoClass.getPseudoClass("inherited");

  private boolean filling;

  /** Tells {@code chosen} what a person picks, not what is shown by {@link #show}. */
  public ChoiceBox(Consumer<@Nullable String> chosen) {
    getStyleClass().add("choice-box-flat");
    setCellFactory(_ -> new Cell());
    ListCell<Choice> button = new ListCell<>() {
      // Not the item, which is none while the value is not in the list.
      @Override
      protected void updateItem(@Nullable Choice choice, boolean empty) {
        super.updateItem(choice, empty);
        Choice shown = getValue();
        setText(shown == null ? null : shown.name());
      }
    };
    button.setAlignment(Pos.CENTER_RIGHT);
    setButtonCell(button);
    // A value that is not in the list, such as "mixed", is written by the converter.
    setConverter(new StringConverter<>() {
      @Override
      public String toString(@Nullable Choice choice) {
        return choice == null ? "" : choice.name();
      }

      @Override
      public @Nullable Choice fromString(String name) {
        throw new UnsupportedOperationException("the box cannot be typed into");
      }
    });
    setMaxWidth(Double.MAX_VALUE);
    setMinWidth(0);
    valueProperty().addListener((_, _, now) -> {
      if (!filling && now != null) {
        chosen.accept(now.id());
      }
    });
  }

  /** Offers {@code choices} and marks the one with that id. */
  public void show(List<Choice> choices, @Nullable String id) {
    filling = true;
    if (!getItems().equals(choices)) {
      getItems().setAll(choices);
    }
    setValue(choices.stream()
        .filter(choice -> Objects.equals(choice.id(), id))
        .findFirst()
        .orElseGet(() -> new Choice(id, String.valueOf(id), String.valueOf(id))));
    filling = false;
    pseudoClassStateChanged(INHERITED, id == null);
  }

  /** Shows a value as inherited, whatever its id. */
  public void setInherited(boolean inherited) {
    pseudoClassStateChanged(INHERITED, inherited);
  }

  /** Shows words in place of a value, e.g. that several are meant; nothing in the list is marked. */
  public void showMixed(List<Choice> choices, String words) {
    filling = true;
    if (!getItems().equals(choices)) {
      getItems().setAll(choices);
    }
    setValue(new Choice(null, words, words));
    filling = false;
    pseudoClassStateChanged(INHERITED, false);
  }

  private static final class Cell extends ListCell<Choice> {
    @Override
    protected void updateItem(@Nullable Choice choice, boolean empty) {
      super.updateItem(choice, empty);
      setText(empty || choice == null ? null : choice.entry());
    }
  }
}
