package io.granular.app.picture;

import io.granular.engine.metric.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javafx.scene.image.Image;
import javafx.scene.image.PixelFormat;

/**
 * One decoded picture, twice: as bytes to compute with and as an image to draw.
 *
 * @param file where it came from
 * @param rgb its pixels
 * @param image the same for drawing
 */
public record Picture(Path file, RgbImage rgb, Image image) {
  /**
   * Decodes a PNG. Takes a while: not for the JavaFX thread.
   *
   * @throws IOException if the file cannot be read or is no picture
   */
  public static Picture read(Path file) throws IOException {
    Image image;
    try (InputStream in = Files.newInputStream(file)) {
      image = new Image(in);
    }
    Exception problem = image.getException();
    if (problem != null) {
      throw new IOException(file + " is not a readable picture: " + problem.getMessage(), problem);
    }
    return new Picture(file, pixels(image), image);
  }

  /** Pixels across. */
  public int width() {
    return rgb.width();
  }

  /** Pixels down. */
  public int height() {
    return rgb.height();
  }

  /** Whether the two can be compared pixel by pixel. */
  public boolean sameSize(Picture other) {
    return width() == other.width() && height() == other.height();
  }

  private static RgbImage pixels(Image image) {
    int width = (int) image.getWidth();
    int height = (int) image.getHeight();
    byte[] bgra = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 4)];
    image.getPixelReader()
        .getPixels(0, 0, width, height, PixelFormat.getByteBgraInstance(), bgra, 0, width * 4);
    byte[] rgb = new byte[width * height * 3];
    for (int from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
      rgb[to] = bgra[from + 2];
      rgb[to + 1] = bgra[from + 1];
      rgb[to + 2] = bgra[from];
    }
    return new RgbImage(width, height, rgb);
  }
}
