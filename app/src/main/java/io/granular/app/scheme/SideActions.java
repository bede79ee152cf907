package io.granular.app.scheme;

import io.granular.app.control.Icons;
import io.granular.app.control.Notice;
import io.granular.app.edit.Editors;
import io.granular.app.fx.Background;
import io.granular.app.run.Comparison;
import io.granular.app.session.Sampling;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import io.granular.app.session.SideRun;
import io.granular.app.text.Texts;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.stage.FileChooser;
import org.kordamp.ikonli.feather.Feather;

/** What can be done with one side: the menu behind the three dots of its card. */
public final class SideActions {
  private final Session session;
  private final Editors editors;
  private final Comparison comparison;
  private final Consumer<Side> open;
  private final Background background;
  private final Texts texts;
  private final Consumer<Notice> notices;

  /**
   * @param open shows a side's modules for editing
   */
  public SideActions(Session session, Editors editors, Comparison comparison,
      Background background, Consumer<Side> open, Texts texts, Consumer<Notice> notices) {
    this.session = session;
    this.editors = editors;
    this.open = open;
    this.comparison = comparison;
    this.background = background;
    this.texts = texts;
    this.notices = notices;
  }

  MenuButton menu(Side which) {
    SideModel side = session.side(which);
    MenuButton menu = Icons.button(new MenuButton(), Feather.MORE_HORIZONTAL,
        texts.format("card.menu", which.name()));
    menu.getStyleClass().addAll("no-arrow", "card-menu");
    menu.setId("menu-" + which);
    MenuItem save = item("card.save", () -> save(side, menu));
    save.disableProperty().bind(Bindings.isNull(side.shown()));
    MenuItem swap = item("card.swap", session::swap);
    swap.disableProperty().bind(comparison.running());
    menu.getItems()
        .setAll(
            item("card.run", () -> comparison.run(which)),
            new SeparatorMenuItem(),
            new MenuItem(texts.format("card.copy", which.other().name())),
            swap,
            item("card.reset", () -> side.settings()
                .set(side.settings().get().withSampling(Sampling.MODEL_DEFAULT))),
            new SeparatorMenuItem(),
            save);
    menu.getItems()
        .get(2)
        .setOnAction(
            _ -> session.side(which.other()).settings().set(side.settings().get()));
    return menu;
  }

  void edit(Side which) {
    open.accept(which);
  }

  /** The other side uses the same recipe from now on; its sampling stays. */
  void copyRecipe(Side which) {
    editors.copyToOther(which);
  }

  /** Asks where to save a side's recipe, and saves it there. */
  public void saveRecipe(Side which, Node owner) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(texts.get("card.save-recipe"));
    chooser.setInitialFileName("recipe.json");
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("JSON", "*.json"));
    File target = chooser.showSaveDialog(owner.getScene().getWindow());
    if (target != null) {
      editors.of(which).saveAs(target.toPath());
    }
  }

  private MenuItem item(String key, Runnable action) {
    MenuItem item = new MenuItem(texts.get(key));
    item.setOnAction(_ -> action.run());
    return item;
  }

  private void save(SideModel side, Node owner) {
    SideRun run = side.shown().get();
    if (run == null) {
      return;
    }
    FileChooser chooser = new FileChooser();
    chooser.setTitle(texts.get("card.save"));
    chooser.setInitialFileName("granular-" + side.side().name().toLowerCase(Locale.ROOT)
        + "-" + run.wanted().seed() + ".png");
    chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("PNG", "*.png"));
    File target = chooser.showSaveDialog(owner.getScene().getWindow());
    if (target != null) {
      copy(run.result().image(), target.toPath());
    }
  }

  /** Copies beside the target and moves it there, so that no half-written picture remains. */
  void copy(Path image, Path target) {
    background.run(() -> {
      Path beside = target.resolveSibling(target.getFileName() + ".part");
      Files.copy(image, beside, StandardCopyOption.REPLACE_EXISTING);
      return Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
    }, saved -> notices.accept(Notice.info(texts.get("card.saved"), saved.toString())),
        problem -> notices.accept(Notice.error(texts.get("card.save.failed"),
            Objects.requireNonNullElse(problem.getMessage(), target.toString()),
            texts.get("card.save.remedy"), "")));
  }
}
