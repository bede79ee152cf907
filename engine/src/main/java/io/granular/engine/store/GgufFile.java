package io.granular.engine.store;

import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.quant.Treatments;
import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * A memory-mapped GGUF file. The whole header is checked when the file is opened; nothing of the data is read until it is
 * used. A tensor that ComfyUI-GGUF has reshaped ({@code comfy.gguf.orig_shape.NAME}) has the shape that it had before.
 *
 * <p>Tensors of a type that Granular does not read are listed in {@link #names()}, and refused by the other methods.
 */
public final class GgufFile implements TensorSource {
  private static final String ORIGINAL_SHAPE = "comfy.gguf.orig_shape.";

  private final Path file;
  private final GgufHeader header;
  private final MemorySegment bytes;
  private final Arena arena;
  private final SequencedMap<String, List<Long>> shapes = new LinkedHashMap<>();

  private GgufFile(Path file, GgufHeader header, MemorySegment bytes, Arena arena) {
    this.file = file;
    this.header = header;
    this.bytes = bytes;
    this.arena = arena;
    header.tensors().forEach((name, entry) -> shapes.put(name, original(name, entry.shape())));
  }

  /**
   * Maps {@code file} and checks its header.
   *
   * @throws BadModelException if the file cannot be read or breaks the format
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as the returned object
  public static GgufFile open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new BadModelException(file, "is not a file", "Check the path");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new GgufFile(file, GgufHeader.read(file, bytes), bytes, arena);
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

  /** All metadata by key. */
  public Map<String, GgufValue> metadata() {
    return header.metadata();
  }

  /** A text of the metadata. */
  public Optional<String> text(String key) {
    return header.metadata().get(key) instanceof GgufValue.Text(var text)
        ? Optional.of(text)
        : Optional.empty();
  }

  private List<Long> original(String name, List<Long> stored) {
    GgufValue value = header.metadata().get(ORIGINAL_SHAPE + name);
    if (value == null) {
      return stored;
    }
    List<Long> shape = new ArrayList<>();
    if (value instanceof GgufValue.Values(var dims)) {
      for (GgufValue dim : dims) {
        if (dim instanceof GgufValue.Whole(long size) && size > 0 && shape.size() < 5) {
          shape.add(size);
        }
      }
    }
    if (shape.isEmpty() || !product(shape, stored)) {
      throw GgufHeader.damaged(file, "the original shape of tensor '" + name + "' is " + value
          + ", which does not have the elements of " + stored);
    }
    return List.copyOf(shape);
  }

  private static boolean product(List<Long> shape, List<Long> stored) {
    try {
      return shape.stream()
          .reduce(1L, Math::multiplyExact)
          .equals(stored.stream().reduce(1L, Math::multiplyExact));
    } catch (ArithmeticException e) {
      return false;
    }
  }

  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(header.tensors().sequencedKeySet());
  }

  @Override
  public TensorInfo info(String name) {
    GgufHeader.Entry entry = entry(name);
    ScalarType type = switch (entry.type()) {
      case GgufType.Plain(var scalar) -> scalar;
      case GgufType.Blocks _ -> ScalarType.F32;
      case GgufType.Other other -> throw new BadModelException(file, "tensor '" + name
          + "' is stored as " + other.text() + ", which Granular does not read",
          "Use a version of the model in F16, BF16, Q8_0, Q4_0 to Q5_1, Q2_K to Q6_K, IQ4_NL or IQ4_XS");
    };
    return new TensorInfo(name, type, shape(name));
  }

  private List<Long> shape(String name) {
    List<Long> shape = shapes.get(name);
    if (shape == null) {
      throw missing(name);
    }
    return shape;
  }

  @Override
  public MemorySegment data(String name) {
    GgufHeader.Entry entry = entry(name);
    info(name);
    MemorySegment stored = bytes.asSlice(entry.begin(), entry.bytes());
    return entry.type() instanceof GgufType.Blocks(var type)
        ? Dequantized.bytes(whole(entry, type, stored).dequantize())
        : stored;
  }

  @Override
  public Optional<StoredWeight> stored(String name) {
    GgufHeader.Entry entry = entry(name);
    info(name);
    return entry.type() instanceof GgufType.Blocks(var type)
        ? Optional.of(new StoredWeight(type.name(), entry.bytes(), type, Treatments.NONE, 0,
            () -> whole(entry, type, bytes.asSlice(entry.begin(), entry.bytes()))))
        : Optional.empty();
  }

  /** Row by row if rows are whole blocks, else as one row. */
  private QuantizedWeight whole(GgufHeader.Entry entry, GgmlType type, MemorySegment stored) {
    List<Long> shape = shape(entry.name());
    long elements = entry.shape().stream().reduce(1L, Math::multiplyExact);
    long rows = shape.isEmpty() ? 1 : shape.getFirst();
    boolean whole = type.divides(elements / rows);
    if (elements > Integer.MAX_VALUE - 8) {
      throw new BadModelException(file, "tensor '" + entry.name() + "' of shape " + shape
          + " has more numbers than fit an array", "Use a smaller model");
    }
    return new QuantizedWeight.Blocks(type, whole ? (int) rows : 1,
        (int) (whole ? elements / rows : elements), stored);
  }

  private GgufHeader.Entry entry(String name) {
    GgufHeader.Entry entry = header.tensors().get(name);
    if (entry == null) {
      throw missing(name);
    }
    return entry;
  }

  private NoSuchElementException missing(String name) {
    return new NoSuchElementException(file + " has no tensor '" + name + "'.");
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
