package io.granular.engine.studio.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder for the files of one run, gone when closed; those that crashes left go after a day. */
public final class Scratch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
  private static final String PREFIX = "run-";
  private static final Duration LEFT_BEHIND = Duration.ofDays(1);

  private final Path folder;

  private Scratch(Path folder) {
    this.folder = folder;
  }

  /**
   * A new folder.
   *
   * @param parent created if missing; what runs left in it is tidied up
   * @throws UncheckedIOException if it cannot be used; says what to do
   */
  public static Scratch open(Path parent) {
    try {
      Files.createDirectories(parent);
      tidy(parent);
      return new Scratch(Files.createTempDirectory(parent, PREFIX));
    } catch (IOException e) {
      throw new UncheckedIOException("The folder for temporary files, " + parent
          + ", cannot be used: " + e + ". Make it writable, or name another in the environment "
          + "variable GRANULAR_DATA.", e);
    }
  }

  private static void tidy(Path parent) throws IOException {
    Instant limit = Instant.now().minus(LEFT_BEHIND);
    try (Stream<Path> entries = Files.list(parent)) {
      entries.filter(entry -> entry.getFileName().toString().startsWith(PREFIX))
          .filter(entry -> modified(entry).isBefore(limit))
          .forEach(Scratch::delete);
    }
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  @Override
  public void close() {
    delete(folder);
  }

  private static Instant modified(Path entry) {
    try {
      return Files.getLastModifiedTime(entry).toInstant();
    } catch (IOException e) {
      // Another process has just deleted it.
      return Instant.now();
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path entry : deepestFirst) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("{} cannot be deleted", folder, e);
    }
  }
}
