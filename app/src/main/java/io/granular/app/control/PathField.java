package io.granular.app.control;

import java.io.File;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/** A path to type or to choose. */
public final class PathField extends HBox {
  private final TextField path = new TextField();

  /** What is chosen. */
  public enum Kind {
    TEXT_FILE, FOLDER
  }

  /**
   * @param id of the text field
   * @param name as it is spoken, and title of the chooser
   * @param browse name of the button
   */
  public PathField(String id, Kind kind, String name, String browse) {
    super(4);
    setAlignment(Pos.CENTER_LEFT);
    path.setId(id);
    path.setAccessibleText(name);
    path.setPromptText(name);
    HBox.setHgrow(path, Priority.ALWAYS);
    Button button = Icons.button(new Button(), Feather.FOLDER, browse);
    button.setOnAction(_ -> {
      File chosen = choose(kind, name, getScene().getWindow());
      if (chosen != null) {
        path.setText(chosen.toString());
      }
    });
    getChildren().addAll(path, button);
  }

  /** What is typed into. */
  public TextField field() {
    return path;
  }

  private static @Nullable File choose(Kind kind, String title, Window owner) {
    return switch (kind) {
      case FOLDER -> {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(title);
        yield chooser.showDialog(owner);
      }
      case TEXT_FILE -> {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(title);
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("TXT", "*.txt"));
        yield chooser.showOpenDialog(owner);
      }
    };
  }
}
