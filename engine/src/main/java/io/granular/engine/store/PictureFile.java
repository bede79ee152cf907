package io.granular.engine.store;

import io.granular.engine.metric.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Pictures of any kind that Java reads: PNG, JPEG, BMP, GIF, TIFF. */
public final class PictureFile {
  private static final long MAX_PIXELS = 1L << 27;
  private static final String NAMES = ".*\\.(png|jpe?g|bmp|gif|tiff?)";

  private PictureFile() {}

  /** Whether a file's name is that of a picture that can be read. */
  public static boolean isPicture(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).matches(NAMES)
        && !file.getFileName().toString().startsWith(".");
  }

  /**
   * Reads one.
   *
   * @throws BadModelException if it is none, damaged or too large; names the file
   */
  public static RgbImage read(Path file) {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers =
          in == null ? Collections.emptyIterator() : ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new BadModelException(file,
            Files.exists(file) ? "is not a picture" : "there is no such file",
            "PNG, JPEG, BMP, GIF and TIFF are read");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw new BadModelException(file,
              "has " + pixels + " pixels, more than the " + MAX_PIXELS + " that are read",
              "Make it smaller");
        }
        return Rasters.rgb(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (BadModelException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // ImageIO answers some malformed data with unchecked exceptions.
      throw new BadModelException(file, "the picture cannot be decoded: " + e.getMessage(),
          "Save it again, or take it out of the folder", e);
    }
  }
}
