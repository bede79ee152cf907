package io.granular.engine.store;

import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SequencedSet;

/**
 * A memory-mapped {@code .safetensors} file of any size. The whole header is checked when the file
 * is opened; nothing of the data is read until it is used.
 *
 * <p>Tensors of a type Granular does not compute with (8-bit floats, unsigned 16 to 64 bits,
 * complex) are listed in {@link #names()}, and refused by {@link #info} and {@link #data} with a
 * {@link BadModelException}. Data need not be aligned to its element size.
 *
 * <p>Safe for use by several threads.
 */
public final class SafetensorsFile implements TensorSource {
  private final Path file;
  private final SafetensorsHeader header;
  private final MemorySegment bytes;
  private final Arena arena;

  private SafetensorsFile(Path file, SafetensorsHeader header, MemorySegment bytes, Arena arena) {
    this.file = file;
    this.header = header;
    this.bytes = bytes;
    this.arena = arena;
  }

  /**
   * Maps {@code file} and checks its header.
   *
   * @throws BadModelException if the file cannot be read or breaks the format
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as the returned object
  public static SafetensorsFile open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new BadModelException(file, "is not a file", "Check the path");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new SafetensorsFile(file, SafetensorsHeader.read(file, bytes), bytes, arena);
    } catch (IOException e) {
      arena.close();
      throw new BadModelException(file, "cannot be read (" + e.getMessage() + ")",
          "Check that the file may be read", e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Where the file is. */
  public Path path() {
    return file;
  }

  /** The {@code __metadata__} strings; empty if there are none. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(header.entries().sequencedKeySet());
  }

  @Override
  public TensorInfo info(String name) {
    SafetensorsHeader.Entry entry = entry(name);
    ScalarType type = entry.type().scalar();
    if (type == null) {
      throw new BadModelException(file, "tensor '" + name + "' is stored as " + entry.type()
          + ", which Granular does not read",
          "Use a version of the model stored in F16, BF16 or F32");
    }
    return new TensorInfo(name, type, entry.shape());
  }

  @Override
  public MemorySegment data(String name) {
    info(name);
    SafetensorsHeader.Entry entry = entry(name);
    return bytes.asSlice(entry.begin(), entry.end() - entry.begin());
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new NoSuchElementException(file + " has no tensor '" + name + "'.");
    }
    return entry;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
