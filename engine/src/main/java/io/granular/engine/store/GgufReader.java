package io.granular.engine.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a GGUF header from front to back; every length is compared with what is left of the file. */
final class GgufReader {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int ARRAY = 9;
  private static final int MOST_NESTED = 4;
  /** The longest string, and the most values of all arrays together: what a vocabulary may need, times ten. */
  private static final long MOST_TEXT = 100_000_000;
  private static final long MOST_VALUES = 4_000_000;

  private final Path file;
  private final MemorySegment bytes;
  private long at;
  private long values;

  GgufReader(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  long position() {
    return at;
  }

  int int32(String what) {
    long from = take(Integer.BYTES, what);
    return bytes.get(INT, from);
  }

  long int64(String what) {
    long from = take(Long.BYTES, what);
    return bytes.get(LONG, from);
  }

  /** A number of things of which each takes at least so many bytes. */
  long count(String what, long least) {
    long count = int64("the number of " + what);
    if (count < 0 || count > (bytes.byteSize() - at) / least) {
      throw GgufHeader.damaged(file, "claims " + Long.toUnsignedString(count) + " " + what
          + ", more than its " + bytes.byteSize() + " bytes can hold");
    }
    return count;
  }

  String string(String what) {
    long length = int64("the length of " + what);
    if (length < 0 || length > MOST_TEXT || length > bytes.byteSize() - at) {
      throw GgufHeader.damaged(file, what + " claims to be " + Long.toUnsignedString(length)
          + " bytes long");
    }
    byte[] text = bytes.asSlice(take(length, what), length).toArray(ValueLayout.JAVA_BYTE);
    try {
      return StandardCharsets.UTF_8.newDecoder()
          .decode(ByteBuffer.wrap(text))
          .toString();
    } catch (CharacterCodingException e) {
      throw GgufHeader.damaged(file, what + " is not UTF-8 text");
    }
  }

  GgufValue value(String key) {
    String what = "the value of '" + key + "'";
    return value(int32("the type of '" + key + "'"), what, 0);
  }

  private GgufValue value(int type, String what, int depth) {
    return switch (type) {
      case 0 -> new GgufValue.Whole(bytes.get(ValueLayout.JAVA_BYTE, take(1, what)) & 0xffL);
      case 1 -> new GgufValue.Whole(bytes.get(ValueLayout.JAVA_BYTE, take(1, what)));
      case 2 -> new GgufValue.Whole(bytes.get(SHORT, take(2, what)) & 0xffffL);
      case 3 -> new GgufValue.Whole(bytes.get(SHORT, take(2, what)));
      case 4 -> new GgufValue.Whole(bytes.get(INT, take(4, what)) & 0xffffffffL);
      case 5 -> new GgufValue.Whole(bytes.get(INT, take(4, what)));
      case 6 -> new GgufValue.Real(bytes.get(FLOAT, take(4, what)));
      case 7 -> new GgufValue.Truth(truth(what));
      case 8 -> new GgufValue.Text(string(what));
      case ARRAY -> array(what, depth);
      case 10, 11 -> new GgufValue.Whole(bytes.get(LONG, take(8, what)));
      case 12 -> new GgufValue.Real(bytes.get(DOUBLE, take(8, what)));
      default -> throw GgufHeader.damaged(file,
          what + " is of the unknown type " + Integer.toUnsignedString(type));
    };
  }

  private boolean truth(String what) {
    byte value = bytes.get(ValueLayout.JAVA_BYTE, take(1, what));
    if (value != 0 && value != 1) {
      throw GgufHeader.damaged(file, what + " is " + value + ", neither true nor false");
    }
    return value == 1;
  }

  private GgufValue array(String what, int depth) {
    if (depth == MOST_NESTED) {
      throw GgufHeader.damaged(file, what + " is nested more than " + MOST_NESTED + " deep");
    }
    int type = int32("the element type of " + what);
    long count = count("values in " + what, least(type, what));
    values += count;
    if (values > MOST_VALUES) {
      throw GgufHeader.damaged(file, "has more than " + MOST_VALUES + " values in its metadata");
    }
    List<GgufValue> all = new ArrayList<>(Math.toIntExact(count));
    for (long i = 0; i < count; i++) {
      all.add(value(type, what, depth + 1));
    }
    return new GgufValue.Values(all);
  }

  /** Fewest bytes of a value. */
  private long least(int type, String what) {
    return switch (type) {
      case 0, 1, 7 -> 1;
      case 2, 3 -> 2;
      case 4, 5, 6 -> 4;
      case 8, 10, 11, 12 -> 8;
      case ARRAY -> 12;
      default -> throw GgufHeader.damaged(file,
          what + " holds values of the unknown type " + Integer.toUnsignedString(type));
    };
  }

  private long take(long count, String what) {
    if (count > bytes.byteSize() - at) {
      throw GgufHeader.damaged(file, "ends at byte " + bytes.byteSize() + ", inside " + what);
    }
    long from = at;
    at += count;
    return from;
  }
}
