package io.granular.app;

import io.granular.app.session.Folders;
import io.granular.engine.studio.local.AppFolders;
import io.granular.engine.studio.local.LocalEngine;
import java.util.List;

/**
 * Opens the studio. Not an {@code Application}: the Java launcher would then want JavaFX on the
 * module path.
 */
public final class Main {
  private Main() {}

  /**
   * Returns when the window has been closed.
   *
   * @param arguments a model to open, or nothing
   */
  public static void main(String[] arguments) {
    AppFolders folders = AppFolders.standard();
    App.run(LocalEngine.create(), new Folders(folders.data(), folders.cache()),
        List.of(arguments));
  }
}
