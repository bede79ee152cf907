package io.granular.engine.save;

import io.granular.engine.store.ModelSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a model is saved. It is written beside its place, under a name that says so and which process writes it, and moved
 * there when it is complete; whatever ends the process, there is never half a model under the name that was asked for.
 */
final class Destination implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Destination.class);
  private static final String PART = ModelSources.UNFINISHED;
  private static final String OLD = ".old";
  /** Besides the estimate: what file systems take for themselves. */
  private static final long SPARE = 16L << 20;

  private final Path target;
  private final Path part;
  private final boolean overwrite;

  private Destination(Path target, Path part, boolean overwrite) {
    this.target = target;
    this.part = part;
    this.overwrite = overwrite;
  }

  /**
   * Prepares the place.
   *
   * @param to the file or folder to make; its parent folder is made if missing
   * @param folder whether it is a folder
   * @param source the model that is read meanwhile
   * @param bytes how large it will be
   * @throws IllegalArgumentException if something is there and may not be replaced, or the disk has no room
   */
  static Destination open(Path to, boolean folder, boolean overwrite, Path source, long bytes) {
    Path target = to.toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null || target.getFileName() == null) {
      throw new IllegalArgumentException(
          to + " is no place for a model; name a new file or folder.");
    }
    try {
      Files.createDirectories(parent);
      tidy(parent, target);
      if (overlaps(target, source)) {
        throw new IllegalArgumentException(
            to + " is the model that is being saved, or holds it, or "
                + "lies inside it; name another place.");
      }
      if (exists(target) && !overwrite && !emptyFolder(target, folder)) {
        throw new IllegalArgumentException(
            to + " is there already; name another place, or ask to overwrite it.");
      }
      long free = Files.getFileStore(parent).getUsableSpace();
      if (free < bytes + SPARE) {
        throw new IllegalArgumentException("The disk of " + parent + " has "
            + megabytes(free) + " free, and about " + megabytes(bytes + SPARE)
            + " are needed. Make room, or save to another disk. Nothing was written.");
      }
      Path part = target.resolveSibling("." + target.getFileName() + "."
          + ProcessHandle.current().pid() + "-" + UUID.randomUUID() + PART);
      if (folder) {
        Files.createDirectory(part);
      }
      return new Destination(target, part, overwrite);
    } catch (IOException e) {
      throw new UncheckedIOException("Nothing can be written to " + parent + " ("
          + e.getMessage() + "). Check that the folder may be written to.", e);
    }
  }

  /** The place that was asked for. */
  Path target() {
    return target;
  }

  /** Where to write. */
  Path part() {
    return part;
  }

  /** Moves what was written to its place. */
  void commit() throws IOException {
    force(part);
    if (exists(target) && Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      if (!overwrite) {
        Files.delete(target); // empty, or this fails
      } else {
        // Folders cannot be replaced in one step; the old one is moved back should this end in between.
        Path old = part.resolveSibling(
            String.valueOf(part.getFileName()).replace(PART, OLD));
        Files.move(target, old);
        try {
          Files.move(part, target);
        } catch (IOException e) {
          Files.move(old, target);
          throw e;
        }
        delete(old);
        return;
      }
    }
    if (overwrite) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.move(part, target);
    }
  }

  /** Removes what was not moved to its place. */
  @Override
  public void close() {
    try {
      delete(part);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed; delete it by hand", part, e);
    }
  }

  /** How a failed write reads: a full disk says so. */
  UncheckedIOException failure(IOException e) {
    String free = "";
    try {
      long bytes = Files.getFileStore(Optional.ofNullable(target.getParent()).orElse(target))
          .getUsableSpace();
      free = bytes < SPARE ? " The disk is full (" + megabytes(bytes) + " free)." : "";
    } catch (IOException ignored) {
      LOG.debug("no free space known", ignored);
    }
    return new UncheckedIOException("The model cannot be written to " + target + " ("
        + e.getMessage() + ")." + free + " What was written of it has been removed.", e);
  }

  /** Removes what processes that were killed left here, and puts back what they had moved aside. */
  private static void tidy(Path parent, Path target) throws IOException {
    Pattern left = Pattern.compile(
        "\\." + Pattern.quote(String.valueOf(target.getFileName()))
            + "\\.(\\d{1,10})-[0-9a-f-]{36}\\.(part|old)");
    List<Path> stale = new ArrayList<>();
    try (Stream<Path> files = Files.list(parent)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher name = left.matcher(String.valueOf(file.getFileName()));
        if (name.matches()
            && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
          stale.add(file);
        }
      }
    }
    for (Path file : stale) {
      if (file.toString().endsWith(OLD) && !exists(target)) {
        LOG.warn("{} is put back: a program was killed while it replaced it", target);
        Files.move(file, target);
      } else {
        LOG.warn("{} is removed: a program was killed while it wrote it", file);
        delete(file);
      }
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean emptyFolder(Path target, boolean folder) throws IOException {
    if (!folder || !Files.isDirectory(target)) {
      return false;
    }
    try (Stream<Path> inside = Files.list(target)) {
      return inside.findAny().isEmpty();
    }
  }

  private static boolean overlaps(Path target, Path source) throws IOException {
    Path model = source.toRealPath();
    Path place = exists(target) ? target.toRealPath() : target;
    return place.startsWith(model) || model.startsWith(place);
  }

  private static void force(Path written) throws IOException {
    try (Stream<Path> all = Files.walk(written)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
  }

  static void delete(Path path) throws IOException {
    if (exists(path)) {
      try (Stream<Path> all = Files.walk(path)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static String megabytes(long bytes) {
    return "%,d MB".formatted(bytes / 1_000_000);
  }
}
