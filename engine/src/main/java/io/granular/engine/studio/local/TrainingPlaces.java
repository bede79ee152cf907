package io.granular.engine.studio.local;

import io.granular.engine.store.AtomicFile;
import io.granular.engine.train.UnfinishedTraining;
import io.granular.engine.train.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file with the folders in which trainings are or were under way, one per line. Those that are gone are forgotten. */
final class TrainingPlaces {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingPlaces.class);

  private final Path file;

  TrainingPlaces(Path file) {
    this.file = file;
  }

  /** Remembers a folder, which may not be there yet. */
  synchronized void add(Path folder) {
    List<Path> all = new ArrayList<>(read().stream().filter(Files::isDirectory).toList());
    if (!all.contains(folder)) {
      all.add(folder);
      write(all);
    }
  }

  /** Those with a checkpoint in which nobody trains, the newest first. */
  synchronized List<UnfinishedTraining> unfinished() {
    return read().stream()
        .flatMap(TrainingPlaces::unfinished)
        .sorted(Comparator.comparing(UnfinishedTraining::saved).reversed())
        .toList();
  }

  private static Stream<UnfinishedTraining> unfinished(Path folder) {
    Workspace workspace = Workspace.of(folder);
    try {
      return workspace.unfinished().stream();
    } catch (IllegalArgumentException | UncheckedIOException e) {
      LOG.warn("The training in {} cannot be resumed", folder, e);
      return Stream.of();
    }
  }

  private List<Path> read() {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().filter(line -> !line.isBlank()).map(Path::of).toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  private void write(List<Path> folders) {
    String lines = String.join("\n", folders.stream().map(Path::toString).toList()) + "\n";
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      AtomicFile.write(file, channel -> {
        ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e, e);
    }
  }
}
