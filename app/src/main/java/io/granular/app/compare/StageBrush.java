package io.granular.app.compare;

import io.granular.app.picture.Picture;
import io.granular.app.session.Side;
import javafx.geometry.Rectangle2D;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.image.Image;
import javafx.scene.paint.Color;
import org.jspecify.annotations.Nullable;

/** Draws pictures where they belong, clipped to their panes. */
final class StageBrush {
  /** Above this scale every pixel is drawn as a square. */
  static final double NEAREST_ABOVE = 2;

  private static final Color EMPTY = Color.web("#8b949e", 0.14);
  private static final Color STRIPE = Color.web("#8b949e", 0.12);
  private static final double STRIPE_DISTANCE = 14;
  private static final int SHADOW = 16;

  private final GraphicsContext g;
  private final @Nullable Picture a;
  private final @Nullable Picture b;

  StageBrush(GraphicsContext g, @Nullable Picture a, @Nullable Picture b) {
    this.g = g;
    this.a = a;
    this.b = b;
  }

  GraphicsContext graphics() {
    return g;
  }

  /** Draws a side's picture, or a hatched field while there is none. */
  void side(Side side, Placement placement, Rectangle2D clip) {
    Picture picture = side == Side.A ? a : b;
    clipped(clip, () -> {
      if (picture == null) {
        hatch(placement.visible());
      } else {
        draw(picture.image(), placement);
      }
    });
  }

  /** Draws any picture of the pictures' size. */
  void image(Image image, Placement placement) {
    clipped(placement.pane(), () -> draw(image, placement));
  }

  /** Draws a soft shadow around the picture's place. */
  void shadow(Placement placement) {
    clipped(placement.pane(), () -> {
      double w = placement.width() * placement.scale();
      double h = placement.height() * placement.scale();
      g.setFill(Color.rgb(0, 0, 0, 0.014));
      for (int i = 1; i <= SHADOW; i++) {
        g.fillRoundRect(placement.x() - i, placement.y() - i + 4, w + 2 * i, h + 2 * i, 2 * i,
            2 * i);
      }
    });
  }

  void clipped(Rectangle2D clip, Runnable drawing) {
    g.save();
    g.beginPath();
    g.rect(clip.getMinX(), clip.getMinY(), clip.getWidth(), clip.getHeight());
    g.clip();
    drawing.run();
    g.restore();
  }

  private void draw(Image image, Placement p) {
    // A side of another size is stretched over the place of A, so that the same parts meet.
    double unitX = p.width() * p.scale() / image.getWidth();
    double unitY = p.height() * p.scale() / image.getHeight();
    Rectangle2D visible = p.visible();
    double left = Math.floor((visible.getMinX() - p.x()) / unitX);
    double top = Math.floor((visible.getMinY() - p.y()) / unitY);
    double right = Math.min(image.getWidth(), Math.ceil((visible.getMaxX() - p.x()) / unitX));
    double bottom = Math.min(image.getHeight(), Math.ceil((visible.getMaxY() - p.y()) / unitY));
    if (right > left && bottom > top) {
      g.setImageSmoothing(Math.min(unitX, unitY) < NEAREST_ABOVE);
      g.drawImage(image, left, top, right - left, bottom - top, p.x() + left * unitX,
          p.y() + top * unitY, (right - left) * unitX, (bottom - top) * unitY);
    }
  }

  private void hatch(Rectangle2D area) {
    g.setFill(EMPTY);
    g.fillRect(area.getMinX(), area.getMinY(), area.getWidth(), area.getHeight());
    clipped(area, () -> {
      g.setStroke(STRIPE);
      g.setLineWidth(5);
      for (double x = -area.getHeight(); x < area.getWidth(); x += STRIPE_DISTANCE) {
        g.strokeLine(area.getMinX() + x, area.getMaxY(), area.getMinX() + x + area.getHeight(),
            area.getMinY());
      }
    });
  }
}
