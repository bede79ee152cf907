package io.granular.app.scheme;

import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.session.SideModel;
import io.granular.app.text.Texts;
import io.granular.engine.studio.RecipeInfo;
import java.io.File;
import javafx.scene.control.CustomMenuItem;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.layout.VBox;
import javafx.scene.text.Text;
import javafx.stage.FileChooser;
import org.kordamp.ikonli.feather.Feather;

/** The recipe of a side: its name as the card's title, the presets with what they do on opening. */
public final class RecipeMenu extends MenuButton {
  private static final double WIDTH = 300;

  private final SideModel side;
  private final Session session;
  private final Texts texts;

  /** The menu of a side. */
  public RecipeMenu(SideModel side, Session session, Texts texts) {
    this.side = side;
    this.session = session;
    this.texts = texts;
    getStyleClass().add("recipe-menu");
    setId("recipe-" + side.side());
    setMinWidth(0);
    Listening.follow(this::update, side.settings());
    session.recipes().subscribe(this::update);
    session.recipeNames().subscribe(this::update);
  }

  private void update() {
    String id = side.settings().get().recipe();
    setText(session.recipeName(id));
    setAccessibleText(texts.format("card.recipe", side.side().name(), getText()));
    getItems().setAll(session.recipes().stream().map(recipe -> item(recipe, id)).toList());
    MenuItem file = new MenuItem(texts.get("card.open-recipe"), Icons.of(Feather.FILE));
    file.setOnAction(_ -> openFile());
    getItems().addAll(new SeparatorMenuItem(), file);
  }

  private void openFile() {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(texts.get("card.open-recipe"));
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("JSON", "*.json"));
    File file = chooser.showOpenDialog(getScene().getWindow());
    if (file != null) {
      side.settings().set(side.settings().get().withRecipe(file.getAbsolutePath()));
    }
  }

  private MenuItem item(RecipeInfo recipe, String chosen) {
    Label name = new Label(recipe.name());
    name.getStyleClass().add("strong");
    // A text, because a wrapping label does not tell a menu how high it will be.
    Text description = new Text(recipe.description());
    description.getStyleClass().add("description");
    description.setWrappingWidth(WIDTH);
    VBox box = new VBox(2, name, description);
    CustomMenuItem item = new CustomMenuItem(box);
    item.getStyleClass().add("recipe-item");
    if (recipe.id().equals(chosen)) {
      item.getStyleClass().add("chosen");
    }
    item.setOnAction(_ -> side.settings().set(side.settings().get().withRecipe(recipe.id())));
    return item;
  }
}
