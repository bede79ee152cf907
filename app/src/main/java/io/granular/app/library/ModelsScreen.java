package io.granular.app.library;

import io.granular.app.control.Icons;
import io.granular.app.control.Page;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import java.util.HashMap;
import java.util.Map;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** The models at hand and the ways to add one. */
public final class ModelsScreen {
  private final Page page;

  /** Everything wired together. */
  public ModelsScreen(Library library, ModelFiles files, Session session, Texts texts) {
    Button folder = new Button(texts.get("models.open-folder"), Icons.of(Feather.FOLDER));
    Button file = new Button(texts.get("models.open-file"), Icons.of(Feather.FILE));
    page = new Page(texts.get("nav.models"), texts.get("models.subtitle"), folder, file);
    folder.setOnAction(_ -> files.chooseFolder(page.getScene().getWindow()));
    file.setOnAction(_ -> files.chooseFile(page.getScene().getWindow()));

    VBox cards = new VBox(12);
    Map<ModelEntry, ModelCard> known = new HashMap<>();
    library.entries().subscribe(() -> {
      known.keySet().retainAll(library.entries());
      cards.getChildren()
          .setAll(library.entries()
              .stream()
              .map(entry -> known
                  .computeIfAbsent(entry, added -> new ModelCard(added, library, session, texts)))
              .toList());
    });
    cards.getChildren()
        .setAll(library.entries()
            .stream()
            .map(entry -> known
                .computeIfAbsent(entry, added -> new ModelCard(added, library, session, texts)))
            .toList());

    Label drop = new Label(texts.get("models.drop"), Icons.of(Feather.DOWNLOAD));
    drop.getStyleClass().add("drop-zone");
    drop.setMaxWidth(Double.MAX_VALUE);
    drop.setAlignment(Pos.CENTER);
    drop.setWrapText(true);
    page.setBody(new VBox(16, cards, drop));
  }

  /** The screen. */
  public Node node() {
    return page;
  }
}
