package io.granular.engine.store;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * Tensors of another source under other names, each as it is or reshaped, cut or transposed. A view:
 * it does not own the source and closing it does nothing.
 */
final class RenamedTensors implements TensorSource {
  private final Path file;
  private final TensorSource source;
  private final SequencedMap<String, Origin> origins;
  private final SequencedMap<String, TensorInfo> infos = new LinkedHashMap<>();

  /** What a tensor is made of. */
  record Origin(String name, Transform transform) {
    static Origin same(String name) {
      return new Origin(name, new Transform.Same());
    }
  }

  /**
   * @param file what to name in errors
   * @param origins new name to origin, in the order {@link #names} is to have
   * @throws BadModelException if an original tensor has a shape or type that does not fit
   */
  RenamedTensors(Path file, TensorSource source, SequencedMap<String, Origin> origins) {
    this.file = file;
    this.source = source;
    this.origins = origins;
    origins.forEach((name, origin) -> {
      TensorInfo original = source.info(origin.name);
      try {
        infos.put(name,
            new TensorInfo(name, original.dtype(), origin.transform.shape(original.shape())));
      } catch (IllegalArgumentException e) {
        throw new BadModelException(file, "tensor " + original + " " + e.getMessage(),
            "This checkpoint is not laid out as Stable Diffusion's are", e);
      }
    });
  }

  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(infos.sequencedKeySet());
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = infos.get(name);
    if (info == null) {
      throw missing(name);
    }
    return info;
  }

  @Override
  public MemorySegment data(String name) {
    Origin origin = origins.get(name);
    if (origin == null) {
      throw missing(name);
    }
    return origin.transform.data(source.info(origin.name), source.data(origin.name));
  }

  @Override
  public Optional<StoredWeight> stored(String name) {
    Origin origin = origins.get(name);
    if (origin == null) {
      throw missing(name);
    }
    return source.stored(origin.name).flatMap(origin.transform::stored);
  }

  private NoSuchElementException missing(String name) {
    return new NoSuchElementException(file + " has no tensor '" + name + "'.");
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return file.toString();
  }
}
