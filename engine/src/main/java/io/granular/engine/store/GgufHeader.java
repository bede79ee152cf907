package io.granular.engine.store;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The checked header of a GGUF file, versions 2 and 3: magic, version, counts, metadata, then name, shape, type and place of
 * every tensor. Whatever it claims is compared with the size of the file before anything is allocated.
 *
 * @param version 2 or 3
 * @param metadata values by key
 * @param tensors by name, in file order
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the format</a>
 */
record GgufHeader(int version, Map<String, GgufValue> metadata,
    SequencedMap<String, Entry> tensors) {
  private static final int MAGIC = 0x46554747;
  private static final long DEFAULT_ALIGNMENT = 32;
  private static final long MOST_ALIGNMENT = 1 << 20;
  private static final int MOST_DIMENSIONS = 4;
  /** The least that an entry can take: length of a name, type or dimensions, a value. */
  private static final long LEAST_METADATA = 8 + 4 + 1;
  private static final long LEAST_TENSOR = 8 + 4 + 8 + 4 + 8;

  /**
   * One tensor.
   *
   * @param shape outermost first; the file has it the other way round
   * @param begin where its data starts, from the start of the file
   * @param bytes of its data; -1 if the type is unknown
   */
  record Entry(String name, List<Long> shape, GgufType type, long begin, long bytes) {}

  /** What the file says of a tensor. */
  private record Claim(String name, List<Long> shape, GgufType type, long offset) {}

  /**
   * Reads and checks the header of {@code bytes}, the whole file.
   *
   * @throws BadModelException if any rule of the format is broken
   */
  static GgufHeader read(Path file, MemorySegment bytes) {
    GgufReader in = new GgufReader(file, bytes);
    if (bytes.byteSize() < 4 || in.int32("the magic number") != MAGIC) {
      throw damaged(file, "does not begin with 'GGUF'");
    }
    int version = in.int32("the version");
    if (version == Integer.reverseBytes(2) || version == Integer.reverseBytes(3)) {
      throw new BadModelException(file, "is big-endian",
          "Convert it, for example with gguf's gguf_convert_endian");
    }
    if (version != 2 && version != 3) {
      throw new BadModelException(file, "is of version " + Integer.toUnsignedString(version)
          + " of GGUF; Granular reads versions 2 and 3",
          "Convert it with a current llama.cpp or gguf");
    }
    long tensorCount = in.count("tensors", LEAST_TENSOR);
    long metadataCount = in.count("metadata entries", LEAST_METADATA);
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    for (long i = 0; i < metadataCount; i++) {
      String key = in.string("the key of metadata entry " + i);
      if (metadata.put(key, in.value(key)) != null) {
        throw damaged(file, "has the metadata key '" + key + "' twice");
      }
    }
    List<Claim> claims = new ArrayList<>();
    for (long i = 0; i < tensorCount; i++) {
      claims.add(claim(file, in));
    }
    long alignment = alignment(file, metadata);
    long start = Math.ceilDiv(in.position(), alignment) * alignment;
    return new GgufHeader(version, Collections.unmodifiableMap(metadata),
        layOut(file, claims, start, alignment, bytes.byteSize()));
  }

  private static Claim claim(Path file, GgufReader in) {
    String name = in.string("the name of a tensor");
    int dimensions = in.int32("the dimensions of tensor '" + name + "'");
    if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
      throw damaged(file, "tensor '" + name + "' has " + Integer.toUnsignedString(dimensions)
          + " dimensions; GGUF allows " + MOST_DIMENSIONS);
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      long dim = in.int64("the shape of tensor '" + name + "'");
      if (dim < 0) {
        throw damaged(file, "tensor '" + name + "' has a dimension of "
            + Long.toUnsignedString(dim));
      }
      shape.addFirst(dim);
    }
    GgufType type = GgufType.of(in.int32("the type of tensor '" + name + "'"));
    return new Claim(name, List.copyOf(shape), type,
        in.int64("the place of tensor '" + name + "'"));
  }

  private static long alignment(Path file, Map<String, GgufValue> metadata) {
    GgufValue value = metadata.get("general.alignment");
    if (value == null) {
      return DEFAULT_ALIGNMENT;
    }
    if (!(value instanceof GgufValue.Whole(long alignment)) || alignment < 1
        || alignment > MOST_ALIGNMENT || Long.bitCount(alignment) != 1) {
      throw damaged(file, "its general.alignment is " + value + ", which is no power of two up to "
          + MOST_ALIGNMENT);
    }
    return alignment;
  }

  private static SequencedMap<String, Entry> layOut(Path file, List<Claim> claims, long start,
      long alignment, long size) {
    SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    for (Claim claim : claims) {
      long bytes = bytes(file, claim);
      if (claim.offset < 0 || claim.offset % alignment != 0) {
        throw damaged(file, "the data of tensor '" + claim.name + "' begins at offset "
            + Long.toUnsignedString(claim.offset) + ", which is no multiple of " + alignment);
      }
      if (start > size || claim.offset > size - start
          || Math.max(bytes, 0) > size - start - claim.offset) {
        throw damaged(file,
            "the data of tensor '" + claim.name + "' should end " + Math.max(bytes, 0)
                + " bytes behind offset " + claim.offset + ", beyond the end of the file");
      }
      Entry entry =
          new Entry(claim.name, claim.shape, claim.type, start + claim.offset, bytes);
      if (entries.put(claim.name, entry) != null) {
        throw damaged(file, "has two tensors named '" + claim.name + "'");
      }
    }
    apart(file, entries.values().stream().toList());
    return Collections.unmodifiableSequencedMap(entries);
  }

  private static long bytes(Path file, Claim claim) {
    try {
      long elements = claim.shape.stream().reduce(1L, Math::multiplyExact);
      long row = claim.shape.isEmpty() ? 1 : claim.shape.getLast();
      return claim.type.bytes(elements, row);
    } catch (ArithmeticException e) {
      throw damaged(file, "tensor '" + claim.name + "' of shape " + claim.shape
          + " is larger than any file");
    } catch (IllegalArgumentException e) {
      throw damaged(file, "tensor '" + claim.name + "' of shape " + claim.shape + ": "
          + e.getMessage());
    }
  }

  private static void apart(Path file, List<Entry> entries) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::begin));
    for (int i = 1; i < sorted.size(); i++) {
      Entry before = sorted.get(i - 1);
      if (before.begin + before.bytes > sorted.get(i).begin) {
        throw damaged(file, "the data of tensor '" + sorted.get(i).name
            + "' lies inside that of tensor '" + before.name + "'");
      }
    }
  }

  static BadModelException damaged(Path file, String problem) {
    return new BadModelException(file, problem,
        "The file is damaged, cut short, or not a GGUF file; copy or download it again");
  }
}
