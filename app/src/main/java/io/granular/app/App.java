package io.granular.app;

import io.granular.app.fx.Background;
import io.granular.app.session.Folders;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import javafx.application.Platform;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Starts JavaFX, opens the window and waits for its end. */
final class App {
  private App() {}

  /**
   * Returns when the window is closed, the engine's workers have ended and the session's pictures
   * are deleted.
   *
   * @param engine what it runs on; closed with the window
   * @param folders where the session and the pictures are kept
   * @param arguments a model to open, or nothing
   * @throws UnsupportedOperationException if there is no display
   * @throws java.util.concurrent.CompletionException if the window cannot be opened
   */
  static void run(Engine engine, Folders folders, List<String> arguments) {
    CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    Platform.startup(() -> {
      try {
        Studio studio = new Studio(engine, Background.create(), folders,
            Texts.of(Locale.getDefault()), new Stage());
        arguments.stream().findFirst().ifPresent(studio::open);
        studio.whenClosed(() -> ended.complete(null));
      } catch (IOException | RuntimeException e) {
        engine.close();
        ended.completeExceptionally(e);
      }
    });
    try {
      ended.join();
    } finally {
      Platform.exit();
    }
  }
}
