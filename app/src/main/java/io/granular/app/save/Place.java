package io.granular.app.save;

import io.granular.engine.save.SaveFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Where models are saved to. */
final class Place {
  private static final int LONGEST = 80;

  private Place() {}

  /** A place in a folder, named after what is saved. */
  static Path suggested(Path folder, String model, String recipe, SaveFormat format) {
    String slug = (model + "-" + recipe).toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{IsAlphabetic}\\p{IsDigit}]+", "-")
        .replaceAll("^-+|-+$", "");
    return folder.resolve((slug.isEmpty() ? "model" : shortened(slug)) + format.extension());
  }

  /** A typed place as the format needs it: files end as they must, folders do not. */
  static String fitting(String path, SaveFormat format) {
    String stem = path;
    for (SaveFormat each : SaveFormat.values()) {
      if (!each.extension().isEmpty() && stem.endsWith(each.extension())) {
        stem = stem.substring(0, stem.length() - each.extension().length());
      }
    }
    return stem.isBlank() ? stem : stem + format.extension();
  }

  /**
   * Whether something is there that would be replaced.
   *
   * @throws IOException if the folder cannot be looked into
   */
  static boolean taken(Path place, SaveFormat format) throws IOException {
    if (!format.folder() || !Files.isDirectory(place)) {
      return Files.exists(place, LinkOption.NOFOLLOW_LINKS);
    }
    try (Stream<Path> inside = Files.list(place)) {
      return inside.findAny().isPresent();
    }
  }

  private static String shortened(String slug) {
    return slug.substring(0, Math.min(LONGEST, slug.length()));
  }
}
