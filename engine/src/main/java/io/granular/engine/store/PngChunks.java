package io.granular.engine.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;

/**
 * The chunk layer of a PNG file (W3C PNG, third edition, sections 5 and 11): every chunk lies
 * inside the file, every checksum is right, and the picture is of a bearable size.
 */
final class PngChunks {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final long MAX_PIXELS = 8192L * 8192;
  private static final int MAX_TEXT_BYTES = 16 << 20;
  /** Length and type before a chunk's data, checksum behind. */
  private static final int HEAD = 8;
  private static final int TAIL = 4;
  private static final Set<String> PICTURE = Set.of("IHDR", "PLTE", "IDAT", "IEND");
  private static final String REMEDY = "Choose a PNG picture, or write or download it again";

  private final Path file;
  private final ByteBuffer bytes;
  private final List<Chunk> chunks = new ArrayList<>();

  private PngChunks(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /** A chunk whose data is at {@code [at + HEAD, at + HEAD + length)}. */
  private record Chunk(String type, int at, int length) {
    int end() {
      return at + HEAD + length + TAIL;
    }
  }

  /**
   * Checks the layout of a PNG file.
   *
   * @param file for messages only
   * @throws BadModelException if it is not a PNG, cut off, damaged or too large
   */
  static PngChunks parse(Path file, byte[] bytes) {
    PngChunks png = new PngChunks(file, bytes);
    png.scan();
    png.checkHeader();
    return png;
  }

  private void scan() {
    int size = bytes.capacity();
    if (size == 0) {
      throw bad("is empty");
    }
    if (!Arrays.equals(SIGNATURE, 0, SIGNATURE.length, bytes.array(), 0,
        Math.min(size, SIGNATURE.length))) {
      throw bad("is not a PNG: it does not start with the PNG signature");
    }
    Chunk chunk;
    int at = SIGNATURE.length;
    do {
      chunk = chunk(at);
      chunks.add(chunk);
      at = chunk.end();
    } while (!chunk.type.equals("IEND"));
  }

  private Chunk chunk(int at) {
    int left = bytes.capacity() - at;
    if (left < HEAD + TAIL) {
      throw bad("is cut off: at byte " + at + " another chunk should follow, and " + left
          + " bytes are left");
    }
    int length = bytes.getInt(at);
    String type = new String(bytes.array(), at + 4, 4, ISO_8859_1);
    if (length < 0 || length > left - HEAD - TAIL) {
      throw bad("is cut off or damaged: the chunk " + type + " at byte " + at + " claims "
          + Integer.toUnsignedLong(length) + " bytes, and " + (left - HEAD - TAIL) + " are left");
    }
    if (checksum(bytes.array(), at + 4, length + 4) != bytes.getInt(at + HEAD + length)) {
      throw bad("is damaged: the chunk " + type + " at byte " + at + " has a wrong checksum");
    }
    return new Chunk(type, at, length);
  }

  private void checkHeader() {
    Chunk header = chunks.getFirst();
    if (!header.type.equals("IHDR") || header.length != 13) {
      throw bad("is damaged: the first chunk is " + header.type + " with " + header.length
          + " bytes instead of IHDR with 13");
    }
    long width = Integer.toUnsignedLong(bytes.getInt(header.at + HEAD));
    long height = Integer.toUnsignedLong(bytes.getInt(header.at + HEAD + 4));
    // Both are below 2^32 and the division cannot overflow as their product could.
    if (width == 0 || height == 0 || width > MAX_PIXELS / height) {
      throw bad("says in IHDR that it is " + width + "x" + height
          + " pixels; between 1 and " + MAX_PIXELS + " pixels can be read");
    }
  }

  /** The file without its ancillary chunks: transparency, colour profiles, gamma, text. */
  byte[] pictureOnly() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.capacity());
    out.writeBytes(SIGNATURE);
    for (Chunk chunk : chunks) {
      if (PICTURE.contains(chunk.type)) {
        copy(chunk, out);
      }
    }
    return out.toByteArray();
  }

  /** The file with these texts behind its header. */
  byte[] withText(Map<String, String> text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.capacity());
    out.writeBytes(SIGNATURE);
    for (Chunk chunk : chunks) {
      copy(chunk, out);
      if (chunk.type.equals("IHDR")) {
        text.forEach((keyword, value) -> out.writeBytes(textChunk(keyword, value)));
      }
    }
    return out.toByteArray();
  }

  private void copy(Chunk chunk, ByteArrayOutputStream out) {
    out.write(bytes.array(), chunk.at, chunk.end() - chunk.at);
  }

  /** The values of the iTXt chunks by keyword, in file order. */
  SequencedMap<String, String> text() {
    SequencedMap<String, String> text = new LinkedHashMap<>();
    for (Chunk chunk : chunks) {
      if (chunk.type.equals("iTXt")) {
        readText(chunk, text);
      }
    }
    return text;
  }

  /** Keyword, 0, compressed?, method, language, 0, translated keyword, 0, text. */
  private void readText(Chunk chunk, Map<String, String> text) {
    int start = chunk.at + HEAD;
    int end = start + chunk.length;
    int keywordEnd = zero(chunk, start, end);
    int languageEnd = zero(chunk, keywordEnd + 3, end);
    int translatedEnd = zero(chunk, languageEnd + 1, end);
    boolean compressed = bytes.get(keywordEnd + 1) != 0;
    int from = translatedEnd + 1;
    text.put(new String(bytes.array(), start, keywordEnd - start, ISO_8859_1),
        compressed
            ? inflate(chunk, from, end - from)
            : new String(bytes.array(), from, end - from, UTF_8));
  }

  private int zero(Chunk chunk, int from, int end) {
    for (int i = from; i < end; i++) {
      if (bytes.get(i) == 0) {
        return i;
      }
    }
    throw bad("is damaged: the text chunk at byte " + chunk.at + " ends too early");
  }

  private String inflate(Chunk chunk, int from, int length) {
    try (var in =
        new InflaterInputStream(new ByteArrayInputStream(bytes.array(), from, length))) {
      byte[] inflated = in.readNBytes(MAX_TEXT_BYTES + 1);
      if (inflated.length > MAX_TEXT_BYTES) {
        throw bad("has a text chunk at byte " + chunk.at + " with more than " + MAX_TEXT_BYTES
            + " bytes of text");
      }
      return new String(inflated, UTF_8);
    } catch (IOException e) {
      throw new BadModelException(file, "is damaged: the text chunk at byte " + chunk.at
          + " cannot be decompressed", REMEDY, e);
    }
  }

  private static byte[] textChunk(String keyword, String value) {
    if (!keyword.matches("[!-~¡-ÿ]([ -~¡-ÿ]{0,77}[!-~¡-ÿ])?")) {
      throw new IllegalArgumentException("A PNG text keyword has 1 to 79 printable Latin-1"
          + " characters and no space at either end, unlike \"" + keyword + "\".");
    }
    byte[] name = keyword.getBytes(ISO_8859_1);
    byte[] utf8 = value.getBytes(UTF_8);
    int length = name.length + 5 + utf8.length;
    ByteBuffer chunk = ByteBuffer.allocate(HEAD + length + TAIL);
    chunk.putInt(length).put("iTXt".getBytes(ISO_8859_1)).put(name);
    // End of the keyword, not compressed, and no language or translated keyword.
    chunk.put(new byte[5]).put(utf8);
    return chunk.putInt(checksum(chunk.array(), 4, length + 4)).array();
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private BadModelException bad(String problem) {
    return new BadModelException(file, problem, REMEDY);
  }
}
