package io.granular.engine.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.ConstructorDetector;
import io.granular.engine.store.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a training under way or interrupted, beside the place of the trained model: what was asked for, the last
 * checkpoint, the best so far, previews. Gone once the model is written.
 */
public final class Workspace {
  /** Added to the name of the trained model's folder. */
  public static final String SUFFIX = ".unfinished";

  private static final String REQUEST = "request.json";
  private static final String CHECKPOINT = "checkpoint.safetensors";
  static final String PREVIEWS = "previews";
  private static final String LOCK = "lock";
  private static final int PATIENCE = 40;
  private static final long LARGEST_REQUEST = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper()
      .enable(SerializationFeature.INDENT_OUTPUT)
      .configure(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, true)
      .setConstructorDetector(ConstructorDetector.USE_PROPERTIES_BASED);

  private final Path folder;

  private Workspace(Path folder) {
    this.folder = folder;
  }

  /** The one of a trained model's place. */
  public static Workspace beside(Path to) {
    Path target = to.toAbsolutePath().normalize();
    return new Workspace(target.resolveSibling(target.getFileName() + SUFFIX));
  }

  /**
   * The one that is meant.
   *
   * @param named the folder itself, or the place of the trained model
   */
  public static Workspace of(Path named) {
    Path path = named.toAbsolutePath().normalize();
    return path.toString().endsWith(SUFFIX) ? new Workspace(path) : beside(path);
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** Whether there is a training. */
  public boolean exists() {
    return Files.isRegularFile(folder.resolve(REQUEST));
  }

  /**
   * What was asked for.
   *
   * @throws IllegalArgumentException if the folder is none of a training, or its request cannot be read
   */
  public TrainingRequest request() {
    Path file = folder.resolve(REQUEST);
    if (!exists()) {
      throw new IllegalArgumentException(
          "There is no interrupted training in " + folder + ": " + REQUEST + " is missing.");
    }
    try {
      if (Files.size(file) > LARGEST_REQUEST) {
        throw new IllegalArgumentException(file + " is too large to be a training's request.");
      }
      return JSON.readValue(file.toFile(), TrainingRequest.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no training's request that this version of "
          + "Granular can read: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /**
   * Writes down what was asked for, in the folder that is held.
   *
   * @throws IllegalArgumentException if there is a training that could be resumed
   */
  void begin(TrainingRequest request) {
    if (Files.exists(checkpoint())) {
      throw new IllegalArgumentException(
          "A training for the same folder was interrupted. Resume it "
              + "with --resume " + folder + ", or delete that folder.");
    }
    try {
      Files.createDirectories(folder);
      byte[] json = JSON.writeValueAsString(request).getBytes(StandardCharsets.UTF_8);
      AtomicFile.write(folder.resolve(REQUEST), channel -> {
        ByteBuffer bytes = ByteBuffer.wrap(json);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException(
          folder + ", where checkpoints are to be, cannot be written: " + e, e);
    }
  }

  /**
   * Keeps others from training in it.
   *
   * @return null if somebody is
   */
  public @Nullable Hold hold() {
    try {
      Files.createDirectories(folder);
      FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE,
          StandardOpenOption.WRITE);
      FileLock lock = null;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        // Somebody in this process holds it.
      }
      if (lock == null) {
        channel.close();
        return null;
      }
      return new Hold(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be used: " + e, e);
    }
  }

  /**
   * The same, patiently: whoever looks for interrupted trainings holds it for a moment.
   *
   * @throws IllegalArgumentException if somebody trains there
   */
  Hold take() {
    for (int i = 0; i < PATIENCE; i++) {
      Hold hold = hold();
      if (hold != null) {
        return hold;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    throw new IllegalArgumentException("A training for the same folder is under way: "
        + folder.resolve(LOCK) + " is locked. Name another folder, or wait.");
  }

  /** As long as it is open nobody else trains there. */
  public static final class Hold implements AutoCloseable {
    private final FileChannel channel;

    private Hold(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("a lock cannot be released", e);
      }
    }
  }

  /** The training that can be resumed here; empty if there is none or somebody is at it. */
  public Optional<UnfinishedTraining> unfinished() {
    if (!Files.isRegularFile(checkpoint()) || !exists()) {
      return Optional.empty();
    }
    try (Hold hold = hold()) {
      if (hold == null) {
        return Optional.empty();
      }
      try (Checkpoint checkpoint = Checkpoint.open(checkpoint())) {
        Checkpoint.State state = checkpoint.state();
        return Optional.of(new UnfinishedTraining(folder, request(),
            new UnfinishedTraining.Progress(state.step(), state.done(), state.seconds(),
                state.curve().getFirst().heldOut(), state.best(), state.bestStep()),
            Files.getLastModifiedTime(checkpoint()).toInstant(), bytes()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(checkpoint() + " cannot be read", e);
    }
  }

  /** Where the checkpoint is, if there is one. */
  Path checkpoint() {
    return folder.resolve(CHECKPOINT);
  }

  /** Where previews are drawn. */
  Path previews() {
    return folder.resolve(PREVIEWS);
  }

  /** Bytes of all its files. */
  public long bytes() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).mapToLong(Workspace::size).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read", e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      // Replaced meanwhile.
      return 0;
    }
  }

  /** Deletes it with all that is in it. */
  public void delete() {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be deleted: " + e, e);
    }
  }
}
