package io.granular.engine.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The checked header of a safetensors file: 8 bytes of length (little-endian), that many bytes of
 * JSON, then the data. The rules are the reference implementation's: the tensors, in the order of
 * their offsets, cover the data exactly, without holes and without overlap.
 *
 * @param metadata the free {@code __metadata__} strings
 * @param entries the tensors in data order
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
record SafetensorsHeader(Map<String, String> metadata, SequencedMap<String, Entry> entries) {
  private static final int LENGTH_BYTES = 8;
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * One tensor.
   *
   * @param begin where its data starts, from the start of the file
   * @param end where its data ends, exclusive, from the start of the file
   */
  record Entry(String name, SafetensorsType type, List<Long> shape, long begin, long end) {}

  /**
   * Reads and checks the header of {@code bytes}, the whole file.
   *
   * @throws BadModelException if any rule of the format is broken
   */
  static SafetensorsHeader read(Path file, MemorySegment bytes) {
    long size = bytes.byteSize();
    if (size < LENGTH_BYTES) {
      throw damaged(file, "only " + size + " bytes long, too short for a safetensors header");
    }
    long length = bytes.get(LENGTH, 0);
    if (length < 0 || length > ModelJson.MAX_BYTES) {
      throw damaged(file, "its first 8 bytes claim a header of " + Long.toUnsignedString(length)
          + " bytes, more than the " + ModelJson.MAX_BYTES + " the format allows");
    }
    long dataStart = LENGTH_BYTES + length;
    if (dataStart > size) {
      throw damaged(file, "its header should end at byte " + dataStart + ", but the file has only "
          + size + " bytes");
    }
    byte[] json = bytes.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    SafetensorsHeaderParser.Parsed parsed = SafetensorsHeaderParser.parse(file, json);
    return new SafetensorsHeader(Collections.unmodifiableMap(parsed.metadata()),
        layOut(file, parsed.tensors(), dataStart, size));
  }

  private static SequencedMap<String, Entry> layOut(Path file, List<Entry> tensors, long dataStart,
      long size) {
    List<Entry> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    long covered = 0;
    for (Entry entry : sorted) {
      if (entry.begin != covered) {
        throw damaged(file, "the data of tensor '" + entry.name + "' begins at offset "
            + entry.begin + ", " + (entry.begin < covered ? "inside" : "after a hole behind")
            + " the data before it, which ends at offset " + covered);
      }
      checkSize(file, entry);
      covered = entry.end;
      entries.put(entry.name, new Entry(entry.name, entry.type, entry.shape,
          dataStart + entry.begin, Math.addExact(dataStart, entry.end)));
    }
    if (covered != size - dataStart) {
      throw damaged(file, "its tensors take " + covered + " bytes, but " + (size - dataStart)
          + " bytes follow the header");
    }
    return Collections.unmodifiableSequencedMap(entries);
  }

  private static void checkSize(Path file, Entry entry) {
    long bits;
    try {
      bits = Math.multiplyExact(elements(entry.shape), (long) entry.type.bits());
    } catch (ArithmeticException e) {
      throw damaged(file, "tensor '" + entry.name + "' of shape " + entry.shape
          + " is larger than any file");
    }
    long stored = entry.end - entry.begin;
    if (stored > Long.MAX_VALUE / Byte.SIZE || bits != stored * Byte.SIZE) {
      throw damaged(file, "tensor '" + entry.name + "', " + entry.type + " of shape " + entry.shape
          + ", needs " + bits + " bits, but its offsets give it " + stored + " bytes");
    }
  }

  private static long elements(List<Long> shape) {
    long product = 1;
    for (long dim : shape) {
      product = Math.multiplyExact(product, dim);
    }
    return product;
  }

  static BadModelException damaged(Path file, String problem) {
    return new BadModelException(file, problem,
        "The file is damaged, cut short, or not a safetensors file; copy or download it again");
  }
}
