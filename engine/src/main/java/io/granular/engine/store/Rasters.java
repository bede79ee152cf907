package io.granular.engine.store;

import io.granular.engine.metric.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** The samples of decoded pictures, as Pillow's {@code convert("RGB")} gives them. */
final class Rasters {
  private Rasters() {}

  /** Greys become equal channels, palettes are looked up, alpha is ignored; of 16-bit samples the high byte counts. */
  static RgbImage rgb(BufferedImage image) {
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    int bands = raster.getNumBands();
    int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
    int[] row = new int[width * bands];
    for (int y = 0, to = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      // Raw samples: BufferedImage.getRGB would take greys for linear light and brighten them.
      for (int x = 0; x < width; x++) {
        int from = x * bands;
        if (image.getColorModel() instanceof IndexColorModel palette) {
          rgb[to++] = (byte) palette.getRed(row[from]);
          rgb[to++] = (byte) palette.getGreen(row[from]);
          rgb[to++] = (byte) palette.getBlue(row[from]);
        } else {
          for (int c = 0; c < 3; c++) {
            rgb[to++] = (byte) (row[from + (bands < 3 ? 0 : c)] >> shift);
          }
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }
}
