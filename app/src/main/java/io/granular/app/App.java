package io.granular.app;

import io.granular.app.fx.Background;
import io.granular.app.session.Folders;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import javafx.application.Platform;
import javafx.stage.Stage;

/** Starts JavaFX and opens the window. */
public final class App {
  private App() {}

  /**
   * Opens the studio and returns at once.
   *
   * @param engine what it runs on; closed with the window
   * @param folders where the session and the pictures are kept
   * @param arguments a model to open, or nothing
   * @return completes when the window is closed
   */
  public static CompletableFuture<Void> open(Engine engine, Folders folders, List<String> arguments) {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    Platform.startup(() -> {
      try {
        Stage stage = new Stage();
        Studio studio = new Studio(engine, Background.create(), folders,
            Texts.of(Locale.getDefault()), stage);
        stage.setOnHidden(_ -> closed.complete(null));
        arguments.stream().findFirst().ifPresent(studio::open);
      } catch (IOException e) {
        Platform.exit();
        closed.completeExceptionally(e);
        throw new UncheckedIOException(e);
      }
    });
    return closed;
  }
}
