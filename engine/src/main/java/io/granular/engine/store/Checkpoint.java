package io.granular.engine.store;

import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** A single-file checkpoint seen as a set of names and shapes, from which its architecture is read. */
final class Checkpoint {
  private static final String REMEDY = "Name the diffusers folder this checkpoint was made from: "
      + "--config DIR. Its model_index.json, tokenizers, scheduler and config.json files are read, "
      + "its weights are not needed";

  private final Path file;
  private final TensorSource tensors;
  private final Function<String, Optional<String>> metadata;
  private final NavigableSet<String> sorted;

  Checkpoint(SafetensorsFile file) {
    this(file.path(), file, key -> Optional.ofNullable(file.metadata().get(key)));
  }

  /**
   * Of tensors in any file.
   *
   * @param metadata the text of a key
   */
  Checkpoint(Path file, TensorSource tensors, Function<String, Optional<String>> metadata) {
    this.file = file;
    this.tensors = tensors;
    this.metadata = metadata;
    this.sorted = new TreeSet<>(tensors.names());
  }

  TensorSource tensors() {
    return tensors;
  }

  /** A text that the file's maker left in its metadata; empty if there is none. */
  Optional<String> metadata(String key) {
    return metadata.apply(key);
  }

  Path path() {
    return file;
  }

  /** All names in file order. */
  SequencedSet<String> names() {
    return tensors.names();
  }

  /** Whether there is a tensor of exactly this name. */
  boolean has(String name) {
    return sorted.contains(name);
  }

  /** Whether any name begins with {@code prefix}. */
  boolean hasAny(String prefix) {
    String next = sorted.ceiling(prefix);
    return next != null && next.startsWith(prefix);
  }

  /** How many blocks {@code prefix0.}, {@code prefix1.}, ... there are without a gap. */
  int count(String prefix) {
    int count = 0;
    while (hasAny(prefix + count + ".")) {
      count++;
    }
    return count;
  }

  /**
   * The shape of a tensor that the architecture needs.
   *
   * @throws BadModelException if it is missing or has another number of dimensions
   */
  List<Long> shape(String name, int rank) {
    if (!has(name)) {
      throw unusual("has no tensor '" + name + "'");
    }
    List<Long> shape = tensors.info(name).shape();
    if (shape.size() != rank) {
      throw unusual("tensor '" + name + "' has shape " + shape + ", not " + rank + " dimensions");
    }
    return shape;
  }

  /** The refusal of a checkpoint whose architecture cannot be read off its names and shapes. */
  BadModelException unusual(String problem) {
    return new BadModelException(file, problem,
        "This is not a complete Stable Diffusion 1.x, 2.x or XL checkpoint");
  }

  /** The refusal of a checkpoint whose configuration does not follow from its shapes. */
  BadModelException underivable(String problem) {
    return new BadModelException(file, problem, REMEDY);
  }

  /**
   * The refusal of a checkpoint of which one number is unknown.
   *
   * @param number what is needed and the file it stands in, e.g.
   *        {@code num_attention_heads in text_encoder/config.json}
   */
  BadModelException underivable(String problem, String number) {
    return new BadModelException(file, problem, REMEDY + ". What is missing is " + number);
  }
}
