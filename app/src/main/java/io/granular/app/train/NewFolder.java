package io.granular.app.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Finds places for trained models that nobody has named. */
final class NewFolder {
  private static final int LONGEST = 60;
  /** The engine's, for trainings that are under way or were interrupted. */
  private static final String UNFINISHED = ".unfinished";

  private final Path all;

  /** @param all folder in which they are; need not exist */
  NewFolder(Path all) {
    this.all = all.toAbsolutePath();
  }

  /**
   * A folder that is not taken, named after what is trained.
   *
   * @throws IOException if a folder cannot be looked into
   */
  Path free(String name) throws IOException {
    String slug = name.toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{IsAlphabetic}\\p{IsDigit}]+", "-")
        .replaceAll("^-+|-+$", "");
    String stem = slug.isEmpty() ? "trained" : slug.substring(0, Math.min(LONGEST, slug.length()));
    Path place = all.resolve(stem);
    for (int i = 2; taken(place); i++) {
      place = all.resolve(stem + "-" + i);
    }
    return place;
  }

  private static boolean taken(Path place) throws IOException {
    if (Files.exists(place.resolveSibling(place.getFileName() + UNFINISHED))) {
      return true;
    }
    if (!Files.isDirectory(place)) {
      return Files.exists(place);
    }
    try (Stream<Path> inside = Files.list(place)) {
      return inside.findAny().isPresent();
    }
  }
}
