package io.granular.app.train;

import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.image.Image;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/** A picture in a square; enlarged by a whole factor, every pixel is a square too. */
final class PicturePane extends StackPane {
  private final Canvas canvas = new Canvas();
  private @Nullable Image shown;

  PicturePane(String name) {
    getStyleClass().add("train-picture");
    setAccessibleText(name);
    getChildren().setAll(canvas);
  }

  /** Gives it another size. */
  void resizeTo(double size) {
    if (size != canvas.getWidth()) {
      setMinSize(size, size);
      setMaxSize(size, size);
      canvas.setWidth(size);
      canvas.setHeight(size);
      show(shown);
    }
  }

  /** Shows another picture, or none. */
  void show(@Nullable Image image) {
    shown = image;
    double size = canvas.getWidth();
    GraphicsContext g = canvas.getGraphicsContext2D();
    g.clearRect(0, 0, size, size);
    if (image == null) {
      return;
    }
    double scale = size / Math.max(image.getWidth(), image.getHeight());
    double width = image.getWidth() * scale;
    double height = image.getHeight() * scale;
    // Squares are alike only at whole factors.
    g.setImageSmoothing(scale != Math.rint(scale));
    g.drawImage(image, Math.rint((size - width) / 2), Math.rint((size - height) / 2), width,
        height);
  }
}
