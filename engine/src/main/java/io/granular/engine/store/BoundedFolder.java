package io.granular.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of files that can be made again, of bounded size: when it grows beyond that, those that were not used for
 * longest go. Safe for use by several processes; a file that another one removed is simply not there.
 */
public final class BoundedFolder {
  private static final Logger LOG = LoggerFactory.getLogger(BoundedFolder.class);

  private static final Duration PRECISION = Duration.ofHours(1);

  private final Path folder;
  private final long most;

  private record Entry(Path file, long size, FileTime used) {}

  /** Writes a file. */
  @FunctionalInterface
  public interface Writer {
    /** Writes to {@code file}, in one step ({@link AtomicFile}). */
    void writeTo(Path file) throws IOException;
  }

  /**
   * @param folder created when something is put into it
   * @param most bytes of all its files
   */
  public BoundedFolder(Path folder, long most) {
    this.folder = folder;
    this.most = most;
  }

  /** Bytes that it may hold. */
  public long most() {
    return most;
  }

  /** Whether anything was ever put into it. */
  public boolean exists() {
    return Files.isDirectory(folder);
  }

  /** Where a file of this name is or would be. */
  public Path path(String name) {
    return folder.resolve(name);
  }

  /** The file of this name, which counts as used now; empty if there is none. */
  public Optional<Path> find(String name) {
    Path file = path(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      // Not at each use: whoever keeps what it read knows by the time that the file is still the same.
      Instant now = Instant.now();
      if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(PRECISION))) {
        Files.setLastModifiedTime(file, FileTime.from(now));
      }
    } catch (IOException e) {
      LOG.debug("{} cannot be marked as used", file, e);
    }
    return Optional.of(file);
  }

  /** Adds a file; what cannot be kept is not kept, which the log tells. */
  public void put(String name, Writer writer) {
    Path file = path(name);
    try {
      Files.createDirectories(folder);
      writer.writeTo(file);
      trim(name);
    } catch (IOException e) {
      LOG.warn("{} cannot be written, so it will have to be made again", file, e);
    }
  }

  /**
   * Removes what is too much.
   *
   * @param kept the file that stays in any case
   */
  public void trim(String kept) {
    if (!exists()) {
      return;
    }
    try {
      List<Entry> entries = entries();
      long bytes = entries.stream().mapToLong(Entry::size).sum();
      for (Entry entry : entries) {
        if (bytes <= most) {
          return;
        }
        if (!entry.file.equals(path(kept))) {
          Files.deleteIfExists(entry.file);
          bytes -= entry.size;
        }
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be tidied up", folder, e);
    }
  }

  /** Those used longest ago first; what others are still writing begins with a dot. */
  private List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.getFileName().toString().startsWith(".")) {
          continue;
        }
        try {
          BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
          if (a.isRegularFile()) {
            entries.add(new Entry(file, a.size(), a.lastModifiedTime()));
          }
        } catch (IOException e) {
          LOG.debug("{} has gone", file, e);
        }
      }
    }
    entries.sort(Comparator.comparing(Entry::used));
    return entries;
  }
}
