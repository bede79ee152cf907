package io.granular.app.scheme;

import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.session.SideModel;
import io.granular.engine.studio.RecipeInfo;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The recipe of a side: its name as the card's title, the presets with what they do on opening. */
final class RecipeBox extends ComboBox<RecipeInfo> {
  private static final double ARROW = 26;

  private boolean filling;

  RecipeBox(SideModel side, Session session) {
    getStyleClass().add("recipe-box");
    setItems(session.recipes());
    setMinWidth(0);
    setVisibleRowCount(8);
    setCellFactory(_ -> new Entry());
    setButtonCell(new ListCell<>() {
      @Override
      protected void updateItem(@Nullable RecipeInfo recipe, boolean empty) {
        super.updateItem(recipe, empty);
        setText(empty || recipe == null ? null : recipe.name());
      }
    });
    valueProperty().addListener((_, _, recipe) -> {
      if (recipe != null && !filling) {
        side.settings().set(side.settings().get().withRecipe(recipe.id()));
      }
    });
    Runnable show = () -> {
      filling = true;
      String id = side.settings().get().recipe();
      setValue(session.recipes()
          .stream()
          .filter(recipe -> recipe.id().equals(id))
          .findFirst()
          .orElseGet(() -> new RecipeInfo(id, id, "", "")));
      filling = false;
    };
    Listening.follow(show, side.settings());
    session.recipes().subscribe(show);
  }

  /** As wide as the chosen name, not as the longest one: the arrow belongs beside it. */
  @Override
  protected double computePrefWidth(double height) {
    return Math.ceil(getButtonCell().prefWidth(-1)) + ARROW;
  }

  private static final class Entry extends ListCell<RecipeInfo> {
    private final Label name = new Label();
    private final Label description = new Label();
    private final VBox box = new VBox(2, name, description);

    Entry() {
      name.getStyleClass().add("strong");
      description.getStyleClass().add("muted");
      description.setWrapText(true);
      description.setMaxWidth(280);
    }

    @Override
    protected void updateItem(@Nullable RecipeInfo recipe, boolean empty) {
      super.updateItem(recipe, empty);
      setText(null);
      if (empty || recipe == null) {
        setGraphic(null);
      } else {
        name.setText(recipe.name());
        description.setText(recipe.description());
        setGraphic(box);
        setAccessibleText(recipe.name() + ". " + recipe.description());
      }
    }
  }
}
