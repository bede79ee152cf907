package io.granular.app.save;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The system's file manager. */
public final class FileManager {
  private FileManager() {}

  /**
   * Shows a folder.
   *
   * @throws IOException if there is no file manager
   */
  public static Process show(Path folder) throws IOException {
    return new ProcessBuilder(command(System.getProperty("os.name", ""), folder))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  static List<String> command(String system, Path folder) {
    String name = system.toLowerCase(Locale.ROOT);
    String program = name.startsWith("windows") ? "explorer"
        : name.startsWith("mac") ? "open" : "xdg-open";
    return List.of(program, folder.toString());
  }
}
