package io.granular.app.scheme;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ListCell;
import org.jspecify.annotations.Nullable;

/** A flat drop-down; what the model says is grey, what a person chose is bright. */
final class ChoiceBox extends ComboBox<Choice> {
  private static final PseudoClass INHERITED = PseudoClass.getPseudoClass("inherited");

  private boolean filling;

  /** Tells {@code chosen} what a person picks, not what is shown by {@link #show}. */
  ChoiceBox(Consumer<@Nullable String> chosen) {
    getStyleClass().add("choice-box-flat");
    setCellFactory(_ -> new Cell(Choice::entry));
    ListCell<Choice> button = new Cell(Choice::name);
    button.setAlignment(Pos.CENTER_RIGHT);
    setButtonCell(button);
    setMaxWidth(Double.MAX_VALUE);
    setMinWidth(0);
    valueProperty().addListener((_, _, now) -> {
      if (!filling && now != null) {
        chosen.accept(now.id());
      }
    });
  }

  /** Offers {@code choices} and marks the one with that id. */
  void show(List<Choice> choices, @Nullable String id) {
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

  private static final class Cell extends ListCell<Choice> {
    private final Function<Choice, String> text;

    Cell(Function<Choice, String> text) {
      this.text = text;
    }

    @Override
    protected void updateItem(@Nullable Choice choice, boolean empty) {
      super.updateItem(choice, empty);
      setText(empty || choice == null ? null : text.apply(choice));
    }
  }
}
