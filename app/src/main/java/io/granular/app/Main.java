package io.granular.app;

import io.granular.app.session.Folders;
import io.granular.engine.studio.local.AppFolders;
import io.granular.engine.studio.local.LocalEngine;
import java.util.List;

/** The studio on this machine's own engine. */
public final class Main {
  private Main() {}

  /**
   * Opens the window and waits until it is closed.
   *
   * @param arguments a model to open, or nothing
   */
  public static void main(String[] arguments) {
    AppFolders places = AppFolders.standard();
    App.open(LocalEngine.create(), new Folders(places.data(), places.cache()), List.of(arguments)).join();
  }
}
