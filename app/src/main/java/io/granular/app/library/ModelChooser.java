package io.granular.app.library;

import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import io.granular.engine.studio.ModelInfo;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.layout.HBox;
import org.kordamp.ikonli.feather.Feather;

/** The model in use, and a menu to use another. */
public final class ModelChooser extends MenuButton {
  private final Library library;
  private final ModelFiles files;
  private final Session session;
  private final Texts texts;
  private final Label name = new Label();

  /** Follows the library and the session. */
  public ModelChooser(Library library, ModelFiles files, Session session, Texts texts) {
    this.library = library;
    this.files = files;
    this.session = session;
    this.texts = texts;
    getStyleClass().add("model-chooser");
    setId("model-chooser");
    Label title = new Label(texts.get("models.model"));
    title.getStyleClass().add("muted");
    title.setMinWidth(USE_PREF_SIZE);
    name.getStyleClass().add("strong");
    name.setMinWidth(0);
    HBox graphic = new HBox(8, title, name);
    graphic.setAlignment(Pos.CENTER_LEFT);
    setGraphic(graphic);
    Listening.follow(this::showName, session.info(), session.model());
    setOnShowing(_ -> fill());
    fill();
  }

  private void showName() {
    ModelInfo info = session.info().get();
    name.setText(info == null ? texts.get("models.opening") : info.name());
    setAccessibleText(texts.format("models.accessible", name.getText()));
  }

  private void fill() {
    getItems().clear();
    for (ModelEntry entry : library.entries()) {
      RadioMenuItem item = new RadioMenuItem(entry.name());
      item.setSelected(entry.model().equals(session.model().get()));
      item.setOnAction(_ -> library.open(entry.model()));
      getItems().add(item);
    }
    MenuItem folder = new MenuItem(texts.get("models.open-folder"), Icons.of(Feather.FOLDER));
    folder.setOnAction(_ -> files.chooseFolder(getScene().getWindow()));
    MenuItem file = new MenuItem(texts.get("models.open-file"), Icons.of(Feather.FILE));
    file.setOnAction(_ -> files.chooseFile(getScene().getWindow()));
    getItems().addAll(new SeparatorMenuItem(), folder, file);
  }
}
