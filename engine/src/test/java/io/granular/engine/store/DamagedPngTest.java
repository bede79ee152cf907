package io.granular.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.granular.engine.metric.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no pictures are refused with a message that says what, where and what to do. */
class DamagedPngTest {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final RgbImage IMAGE = new RgbImage(5, 4, new byte[60]);

  @TempDir
  private Path folder;
  private Path file;
  private byte[] good;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("picture.png");
    Png.write(file, IMAGE, Map.of("prompt", "a cat"));
    good = Files.readAllBytes(file);
  }

  @Test
  void noFile() {
    file = folder.resolve("missing.png");
    refuses("there is no such file");
  }

  @Test
  void aFolder() {
    file = folder;
    refuses("cannot be read");
  }

  @Test
  void aZeroByteFile() throws IOException {
    Files.write(file, new byte[0]);
    refuses("is empty");
  }

  @Test
  void notAPng() throws IOException {
    Files.writeString(file, "GIF89a, or any other file that is not a PNG");
    refuses("does not start with the PNG signature");
  }

  @Test
  void cutOffAnywhere() throws IOException {
    for (int length = 1; length < good.length; length++) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThatExceptionOfType(BadModelException.class).as("cut to %d bytes", length)
          .isThrownBy(() -> Png.read(file))
          .withMessageContaining(file.toString());
    }
    Files.write(file, Arrays.copyOf(good, good.length - 20));
    refuses("is cut off");
  }

  @Test
  void oneFlippedBitAnywhere() throws IOException {
    Random random = new Random(11);
    for (int at = 0; at < good.length; at++) {
      byte[] flipped = good.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, flipped);
      assertThatExceptionOfType(BadModelException.class).as("byte %d", at)
          .isThrownBy(() -> Png.read(file));
    }
  }

  @Test
  void aWrongChecksumIsPlaced() throws IOException {
    good[20] ^= 1;
    Files.write(file, good);
    refuses("the chunk IHDR at byte 8 has a wrong checksum");
  }

  @Test
  void aSizeThatWouldNotFitIsRefusedBeforeAnythingIsAllocated() throws IOException {
    for (int[] size : new int[][]{{8192, 8193}, {Integer.MAX_VALUE, Integer.MAX_VALUE}, {-1, -1},
        {0, 5}, {5, 0}}) {
      png(header(size[0], size[1]), chunk("IDAT", deflated(10)), chunk("IEND"));
      refuses("pixels; between 1 and");
    }
  }

  @Test
  void tooLittlePictureData() throws IOException {
    png(header(5, 4), chunk("IDAT", deflated(4 * 16 - 1)), chunk("IEND"));
    refuses("picture data cannot be decoded");
  }

  @Test
  void pictureDataThatIsNotCompressed() throws IOException {
    png(header(5, 4), chunk("IDAT", new byte[64]), chunk("IEND"));
    refuses("picture data cannot be decoded");
  }

  @Test
  void noPictureData() throws IOException {
    png(header(5, 4), chunk("IEND"));
    refuses("picture data cannot be decoded");
  }

  @Test
  void theHeaderIsNotFirst() throws IOException {
    png(chunk("IDAT", deflated(64)), header(5, 4), chunk("IEND"));
    refuses("the first chunk is IDAT");
  }

  @Test
  void whatFollowsTheEndIsIgnored() throws IOException {
    Files.write(file, Arrays.copyOf(good, good.length + 7));
    assertThat(Png.read(file).rgb()).isEqualTo(IMAGE.rgb());
  }

  @Test
  void malformedTextIsPlacedAndDoesNotHideThePicture() throws IOException {
    for (String text : new String[]{"", "key", "key\0", "key\0\0\0en", "key\0\0\0en\0tr"}) {
      png(header(5, 4), chunk("iTXt", text.getBytes(StandardCharsets.ISO_8859_1)),
          chunk("IDAT", deflated(64)), chunk("IEND"));
      assertThatExceptionOfType(BadModelException.class).isThrownBy(() -> Png.readText(file))
          .withMessageContaining("the text chunk at byte 33 ends too early");
      assertThat(Png.read(file).rgb()).isEqualTo(IMAGE.rgb());
    }
  }

  @Test
  void compressedTextIsBounded() throws IOException {
    png(header(5, 4), text(deflated((16 << 20) + 1)), chunk("IEND"));
    assertThatExceptionOfType(BadModelException.class).isThrownBy(() -> Png.readText(file))
        .withMessageContaining("bytes of text");
    png(header(5, 4), text(new byte[]{1, 2, 3}), chunk("IEND"));
    assertThatExceptionOfType(BadModelException.class).isThrownBy(() -> Png.readText(file))
        .withMessageContaining("cannot be decompressed");
  }

  private void refuses(String problem) {
    assertThatExceptionOfType(BadModelException.class).isThrownBy(() -> Png.read(file))
        .withMessageContaining(file.toString())
        .withMessageContaining(problem)
        .withMessageMatching("(?s).*\\. (Choose|Write|Check) .*");
  }

  private void png(byte[]... chunks) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(SIGNATURE);
    for (byte[] chunk : chunks) {
      bytes.writeBytes(chunk);
    }
    Files.write(file, bytes.toByteArray());
  }

  /** 8-bit RGB, not interlaced. */
  private static byte[] header(int width, int height) {
    return chunk("IHDR", ByteBuffer.allocate(13)
        .putInt(width)
        .putInt(height)
        .put(new byte[]{8, 2, 0, 0, 0})
        .array());
  }

  private static byte[] text(byte[] compressed) {
    byte[] head = "key\0\1\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    return chunk("iTXt",
        ByteBuffer.allocate(head.length + compressed.length).put(head).put(compressed).array());
  }

  private static byte[] chunk(String type, byte... data) {
    ByteBuffer chunk = ByteBuffer.allocate(data.length + 12)
        .putInt(data.length)
        .put(type.getBytes(StandardCharsets.ISO_8859_1))
        .put(data);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, data.length + 4);
    return chunk.putInt((int) crc.getValue()).array();
  }

  private static byte[] deflated(int zeros) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(bytes)) {
      deflater.write(new byte[zeros]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }
}
