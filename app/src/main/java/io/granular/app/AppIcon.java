package io.granular.app;

import java.util.List;
import java.util.stream.Stream;
import javafx.scene.image.Image;
import javafx.scene.image.PixelWriter;
import javafx.scene.image.WritableImage;
import javafx.scene.paint.Color;

/** The window's icon, drawn: a wipe from teal to orange. */
final class AppIcon {
  private static final Color[] CORNERS = {Color.web("#2dd4bf"), Color.web("#4c8dff"),
      Color.web("#ffb454"), Color.web("#ff7a59")};

  private AppIcon() {}

  /** The icon in the sizes that systems ask for. */
  static List<Image> sizes() {
    return Stream.of(16, 32, 48, 64, 128, 256).map(AppIcon::draw).toList();
  }

  private static Image draw(int size) {
    WritableImage image = new WritableImage(size, size);
    PixelWriter pixels = image.getPixelWriter();
    double radius = size * 0.24;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double u = (x + 0.5) / size;
        double v = (y + 0.5) / size;
        Color color = CORNERS[0].interpolate(CORNERS[2], u)
            .interpolate(CORNERS[1].interpolate(CORNERS[3], u), v);
        double cover = Math.clamp(0.5 - distance(x + 0.5, y + 0.5, size, radius), 0, 1);
        pixels.setColor(x, y, color.deriveColor(0, 1, 1, cover));
      }
    }
    return image;
  }

  /** Signed distance to a rounded square; negative inside. */
  private static double distance(double x, double y, double size, double radius) {
    double dx = Math.abs(x - size / 2) - size / 2 + radius;
    double dy = Math.abs(y - size / 2) - size / 2 + radius;
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
  }
}
