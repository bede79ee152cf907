package io.granular.engine.run;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A folder of pictures with captions. */
public final class CalibrationImages {
  private static final long MAX_PIXELS = 1L << 27;

  private CalibrationImages() {}

  /**
   * A picture and its caption.
   *
   * @param caption from the {@code .txt} file of the same name; empty if there is none
   */
  record Captioned(Path file, String caption) {}

  /**
   * The pictures of a folder by name.
   *
   * @throws IllegalArgumentException if it cannot be read or has none
   */
  public static List<Path> files(Path folder) {
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(CalibrationImages::isPicture).sorted().toList();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The folder " + folder + " cannot be read (" + e + "). Check the path.", e);
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          folder + " has no pictures; PNG and JPEG files are read.");
    }
    return files;
  }

  private static boolean isPicture(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g)");
  }

  /** Where a picture's caption is, if it has one. */
  public static Path caption(Path picture) {
    String name = picture.getFileName().toString();
    return picture.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".txt");
  }

  static Captioned captioned(Path file) {
    Path caption = caption(file);
    try {
      return new Captioned(file, Files.exists(caption) ? Files.readString(caption).strip() : "");
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The caption " + caption + " cannot be read as UTF-8 text (" + e + ").", e);
    }
  }

  /**
   * The middle of a picture, scaled to a size, as {@code [3, height, width]} in -1..1.
   *
   * @throws IllegalArgumentException if the file is no picture, or too large
   */
  static float[] read(Path file, int width, int height) {
    BufferedImage scaled = scaled(decode(file), width, height);
    float[] planes = new float[3 * width * height];
    int plane = width * height;
    for (int i = 0; i < plane; i++) {
      int rgb = scaled.getRGB(i % width, i / width);
      for (int c = 0; c < 3; c++) {
        planes[c * plane + i] = ((rgb >> (16 - 8 * c)) & 0xff) / 127.5f - 1;
      }
    }
    return planes;
  }

  private static BufferedImage decode(Path file) {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      var readers = in == null ? List.<ImageReader>of().iterator() : ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IllegalArgumentException(file + " is not a picture; PNG and JPEG are read.");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw new IllegalArgumentException(file + " has " + pixels + " pixels; at most "
              + MAX_PIXELS + " are read. Make it smaller.");
        }
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The picture " + file + " cannot be read (" + e + ").", e);
    }
  }

  private static BufferedImage scaled(BufferedImage image, int width, int height) {
    double factor =
        Math.max((double) width / image.getWidth(), (double) height / image.getHeight());
    int w = (int) Math.max(width, Math.round(image.getWidth() * factor));
    int h = (int) Math.max(height, Math.round(image.getHeight() * factor));
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = result.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION,
          RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      graphics.drawImage(image, (width - w) / 2, (height - h) / 2, w, h, null);
    } finally {
      graphics.dispose();
    }
    return result;
  }
}
