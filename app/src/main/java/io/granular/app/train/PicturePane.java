package io.granular.app.train;

import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.image.Image;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/** A picture in a square, small ones enlarged so that every pixel is a square too. */
final class PicturePane extends StackPane {
  static final double SIZE = 256;

  private final Canvas canvas = new Canvas(SIZE, SIZE);

  PicturePane(String name) {
    getStyleClass().add("train-picture");
    setMinSize(SIZE, SIZE);
    setMaxSize(SIZE, SIZE);
    setAccessibleText(name);
    getChildren().setAll(canvas);
  }

  /** Shows another picture, or none. */
  void show(@Nullable Image image) {
    GraphicsContext g = canvas.getGraphicsContext2D();
    g.clearRect(0, 0, SIZE, SIZE);
    if (image == null) {
      return;
    }
    double scale = SIZE / Math.max(image.getWidth(), image.getHeight());
    // Whole factors keep the squares alike.
    scale = scale >= 1 ? Math.max(1, Math.floor(scale)) : scale;
    double width = image.getWidth() * scale;
    double height = image.getHeight() * scale;
    g.setImageSmoothing(scale < 1);
    g.drawImage(image, Math.rint((SIZE - width) / 2), Math.rint((SIZE - height) / 2), width,
        height);
  }
}
