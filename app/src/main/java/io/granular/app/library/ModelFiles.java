package io.granular.app.library;

import io.granular.app.text.Texts;
import java.io.File;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.input.DragEvent;
import javafx.scene.input.TransferMode;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;

/** The ways a person hands over a model: choosing a folder or a file, or dropping one. */
public final class ModelFiles {
  private final Library library;
  private final Texts texts;

  public ModelFiles(Library library, Texts texts) {
    this.library = library;
    this.texts = texts;
  }

  /** Asks for a diffusers folder. */
  public void chooseFolder(Window owner) {
    DirectoryChooser chooser = new DirectoryChooser();
    chooser.setTitle(texts.get("models.open-folder"));
    open(chooser.showDialog(owner));
  }

  /** Asks for a single-file checkpoint. */
  public void chooseFile(Window owner) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(texts.get("models.open-file"));
    chooser.getExtensionFilters()
        .add(
            new FileChooser.ExtensionFilter(texts.get("models.checkpoint"), "*.safetensors",
                "*.gguf"));
    open(chooser.showOpenDialog(owner));
  }

  /** Lets folders and checkpoints be dropped on {@code target}. */
  public void acceptDrops(Node target) {
    target.setOnDragOver(event -> {
      if (!models(event).isEmpty()) {
        event.acceptTransferModes(TransferMode.COPY, TransferMode.LINK);
        event.consume();
      }
    });
    target.setOnDragDropped(event -> {
      List<File> files = models(event);
      files.forEach(this::open);
      event.setDropCompleted(!files.isEmpty());
      event.consume();
    });
  }

  private static List<File> models(DragEvent event) {
    return event.getDragboard().getFiles().stream().filter(ModelFiles::looksLikeModel).toList();
  }

  /** Whether a dropped file is worth trying; the engine has the last word. */
  static boolean looksLikeModel(File file) {
    return file.isDirectory() || file.getName().endsWith(".safetensors")
        || file.getName().endsWith(".gguf");
  }

  private void open(@Nullable File file) {
    if (file != null) {
      library.open(file.getAbsolutePath());
    }
  }
}
