package io.granular.engine.store;

import io.granular.engine.metric.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * PNG files as 8-bit RGB pictures, with international text ({@code iTXt}) by keyword. Reading gives
 * what Pillow's {@code convert("RGB")} gives: greys become equal channels, palettes are looked up,
 * alpha, gamma and colour profiles are ignored; of 16-bit samples the high byte counts. No display
 * is needed.
 */
public final class Png {
  private static final long MAX_FILE_BYTES = 256L << 20;

  private Png() {}

  /**
   * Reads the picture.
   *
   * @throws BadModelException if the file cannot be read, is not a PNG, is damaged, or is larger
   *     than 256 MiB or 8192x8192 pixels
   */
  public static RgbImage read(Path file) {
    PngChunks chunks = chunks(file);
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (var stream = new MemoryCacheImageInputStream(
        new ByteArrayInputStream(chunks.pictureOnly()))) {
      reader.setInput(stream, true, true);
      return Rasters.rgb(reader.read(0));
    } catch (IOException | RuntimeException e) {
      // ImageIO answers some malformed data with unchecked exceptions.
      throw new BadModelException(file, "the PNG's picture data cannot be decoded: "
          + e.getMessage(), "Write or download the picture again", e);
    } finally {
      reader.dispose();
    }
  }

  /**
   * Reads the text entries, in file order; of several with one keyword, the last.
   *
   * @throws BadModelException as {@link #read}
   */
  public static SequencedMap<String, String> readText(Path file) {
    return chunks(file).text();
  }

  /** Writes a picture without text; see {@link #write(Path, RgbImage, Map)}. */
  public static void write(Path file, RgbImage image) {
    write(file, image, Map.of());
  }

  /**
   * Writes a picture as {@link AtomicFile} does: never half, replacing an existing file.
   *
   * @param text by keyword: 1-79 printable Latin-1 characters; values are any text
   * @throws IllegalArgumentException if a keyword is not one
   * @throws BadModelException if the picture is larger than {@link #read} takes
   * @throws UncheckedIOException if the file cannot be written, e.g. its folder does not exist
   */
  public static void write(Path file, RgbImage image, Map<String, String> text) {
    try {
      byte[] bytes = PngChunks.parse(file, encode(image)).withText(text);
      AtomicFile.write(file, channel -> {
        for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining();) {
          channel.write(rest);
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException("The picture " + file + " cannot be written: " + e
          + ". Check that the folder exists, can be written to, and has space left.", e);
    }
  }

  private static PngChunks chunks(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new BadModelException(file, "has " + size + " bytes, more than the "
            + MAX_FILE_BYTES + " that are read as a picture", "Choose a smaller picture");
      }
      return PngChunks.parse(file, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new BadModelException(file, "there is no such file", "Check the path", e);
    } catch (IOException e) {
      throw new BadModelException(file, "cannot be read (" + e + ")",
          "Check that it is a file you may read", e);
    }
  }

  private static byte[] encode(RgbImage image) throws IOException {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[image.width()];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < row.length; x++) {
        row[x] = image.get(x, y, 0) << 16 | image.get(x, y, 1) << 8 | image.get(x, y, 2);
      }
      buffered.setRGB(0, y, row.length, 1, row, 0, row.length);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (var stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(buffered);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
