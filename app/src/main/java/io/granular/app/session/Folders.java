package io.granular.app.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the studio keeps things.
 *
 * @param config small files a person would miss
 * @param cache pictures that can be made again
 */
public record Folders(Path config, Path cache) {
  /** The file that keeps the window's state. */
  public Path sessionFile() {
    return config.resolve("session.json");
  }

  /** Trained models that nobody gave a place. */
  public Path trained() {
    return config.resolve("trained");
  }

  /** Recipes that were edited in the window and not yet saved under a name. */
  public Path editedRecipes() {
    return config.resolve("edited-recipes");
  }

  /**
   * A new folder for the pictures of one start of the studio. Folders of processes that ended
   * without clearing up are deleted on the way.
   *
   * @throws IOException if it cannot be created
   */
  public Path newRuns() throws IOException {
    Path runs = Files.createDirectories(cache.resolve("runs"));
    clearAbandoned(runs);
    String time = LocalDateTime.now(ZoneId.systemDefault())
        .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    return Files.createDirectories(runs.resolve(time + "-" + ProcessHandle.current().pid()));
  }

  /** Deletes a folder with all that is in it; what cannot be deleted stays. */
  public static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // The next start of the studio tries again.
      System.getLogger(Folders.class.getName())
          .log(System.Logger.Level.WARNING,
              "Could not delete " + folder, e);
    }
  }

  private static void clearAbandoned(Path runs) throws IOException {
    List<Path> folders;
    try (Stream<Path> listed = Files.list(runs)) {
      folders = listed.filter(Files::isDirectory).toList();
    }
    for (Path folder : folders) {
      String name = String.valueOf(folder.getFileName());
      String pid = name.substring(name.lastIndexOf('-') + 1);
      if (pid.matches("\\d{1,10}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
        delete(folder);
      }
    }
  }
}
