package io.granular.app.scheme;

import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.session.SideModel;
import io.granular.app.text.Texts;
import io.granular.engine.studio.RecipeInfo;
import java.io.File;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.CustomMenuItem;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.VBox;
import javafx.scene.text.Text;
import javafx.stage.FileChooser;
import org.kordamp.ikonli.feather.Feather;

/** A recipe: its name, the presets with what they do on opening. */
public final class RecipeMenu extends MenuButton {
  private static final double WIDTH = 300;

  private final ObservableValue<String> chosen;
  private final Consumer<String> choose;
  private final Offer offer;
  private final Session session;
  private final Texts texts;

  /**
   * What can be chosen beside recipe files.
   *
   * @param shipped which of the recipes that ship
   * @param others further ones, asked when they are shown
   * @param spoken what is said of the chosen one's name
   */
  public record Offer(Predicate<RecipeInfo> shipped, Supplier<List<Other>> others,
      UnaryOperator<String> spoken) {}

  /**
   * A recipe that does not ship.
   *
   * @param id path of its file
   * @param description where it comes from
   */
  public record Other(String id, String description) {}

  /** The menu of a side. */
  public RecipeMenu(SideModel side, Session session, Texts texts) {
    this(side.settings().map(settings -> settings.recipe()),
        id -> side.settings().set(side.settings().get().withRecipe(id)),
        new Offer(_ -> true, List::of,
            name -> texts.format("card.recipe", side.side().name(), name)),
        session, texts);
    setId("recipe-" + side.side());
  }

  /**
   * A menu of anything.
   *
   * @param chosen id or path
   * @param choose hears what a person picks
   */
  public RecipeMenu(ObservableValue<String> chosen, Consumer<String> choose, Offer offer,
      Session session, Texts texts) {
    this.chosen = chosen;
    this.choose = choose;
    this.offer = offer;
    this.session = session;
    this.texts = texts;
    getStyleClass().add("recipe-menu");
    setMinWidth(0);
    Listening.follow(this::update, chosen);
    session.recipes().subscribe(this::update);
    session.recipeNames().subscribe(this::update);
    setOnShowing(_ -> update());
  }

  private void update() {
    String id = chosen.getValue();
    setText(session.recipeName(id));
    setAccessibleText(offer.spoken.apply(getText()));
    setTooltip(new Tooltip(getText()));
    getItems().setAll(offer.others.get()
        .stream()
        .map(other -> item(other.id, session.recipeName(other.id), other.description))
        .toList());
    if (!getItems().isEmpty()) {
      getItems().add(new SeparatorMenuItem());
    }
    session.recipes()
        .stream()
        .filter(offer.shipped)
        .forEach(recipe -> getItems()
            .add(item(recipe.id(), recipe.name(), recipe.description())));
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
      choose.accept(file.getAbsolutePath());
    }
  }

  private MenuItem item(String id, String title, String does) {
    Label name = new Label(title);
    name.getStyleClass().add("strong");
    // A text, because a wrapping label does not tell a menu how high it will be.
    Text description = new Text(does);
    description.getStyleClass().add("description");
    description.setWrappingWidth(WIDTH);
    VBox box = new VBox(2, name, description);
    CustomMenuItem item = new CustomMenuItem(box);
    item.getStyleClass().add("recipe-item");
    if (id.equals(chosen.getValue())) {
      item.getStyleClass().add("chosen");
    }
    item.setOnAction(_ -> choose.accept(id));
    return item;
  }
}
