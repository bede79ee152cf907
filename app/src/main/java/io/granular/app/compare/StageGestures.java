package io.granular.app.compare;

import io.granular.app.fx.Listening;
import javafx.geometry.Rectangle2D;
import javafx.scene.Cursor;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.input.ZoomEvent;
import org.jspecify.annotations.Nullable;

/**
 * Mouse and trackpad on the stage: the wheel zooms at the cursor, dragging pans, dragging the
 * wipe's line moves it, a double click fits.
 */
final class StageGestures {
  private static final double GRAB = 14;
  /** Wheel distance that doubles the scale; a notch is 40. */
  private static final double DOUBLING = 160;

  private final CompareStage stage;
  private final StageModel model;
  private double lastX;
  private double lastY;
  private boolean wiping;

  StageGestures(CompareStage stage, StageModel model) {
    this.stage = stage;
    this.model = model;
    stage.setOnScroll(this::scroll);
    stage.setOnZoom(this::zoom);
    stage.setOnMousePressed(this::press);
    stage.setOnMouseDragged(this::drag);
    stage.setOnMouseReleased(_ -> wiping = false);
    stage.setOnMouseMoved(this::move);
    stage.setOnMouseExited(_ -> model.cursor().set(null));
    Listening.onChange(() -> stage.setCursor(Cursor.DEFAULT), model.mode(), model.solo());
  }

  private void scroll(ScrollEvent event) {
    if (event.getDeltaY() != 0) {
      zoomAt(Math.pow(2, event.getDeltaY() / DOUBLING), event.getX(), event.getY());
      event.consume();
    }
  }

  private void zoom(ZoomEvent event) {
    zoomAt(event.getZoomFactor(), event.getX(), event.getY());
    event.consume();
  }

  private void zoomAt(double factor, double x, double y) {
    Placement place = at(x, y);
    if (place != null) {
      model.viewport().zoomTo(place.scale() * factor, place, x, y);
    }
  }

  private void press(MouseEvent event) {
    stage.requestFocus();
    if (event.getButton() != MouseButton.PRIMARY) {
      return;
    }
    lastX = event.getX();
    lastY = event.getY();
    wiping = nearLine(event);
    if (event.getClickCount() == 2) {
      if (wiping) {
        model.wipe().set(0.5);
      } else {
        model.viewport().fit();
      }
    }
  }

  private void drag(MouseEvent event) {
    Placement place = at(event.getX(), event.getY());
    if (place == null || event.getButton() != MouseButton.PRIMARY) {
      return;
    }
    if (wiping) {
      double share = model.horizontal().get()
          ? event.getY() / stage.getHeight()
          : event.getX() / stage.getWidth();
      model.wipe().set(Math.clamp(share, 0, 1));
    } else {
      model.viewport().pan(place, event.getX() - lastX, event.getY() - lastY);
    }
    lastX = event.getX();
    lastY = event.getY();
    point(event, place);
  }

  private void move(MouseEvent event) {
    Placement place = at(event.getX(), event.getY());
    if (place == null) {
      return;
    }
    point(event, place);
    if (nearLine(event)) {
      stage.setCursor(model.horizontal().get() ? Cursor.V_RESIZE : Cursor.H_RESIZE);
    } else {
      stage.setCursor(Cursor.DEFAULT);
    }
  }

  private void point(MouseEvent event, Placement place) {
    int x = (int) Math.floor(place.toPictureX(event.getX()));
    int y = (int) Math.floor(place.toPictureY(event.getY()));
    boolean inside = x >= 0 && y >= 0 && x < place.width() && y < place.height();
    model.cursor().set(inside ? new StageModel.Pixel(x, y) : null);
  }

  private boolean nearLine(MouseEvent event) {
    if (model.mode().get() != ViewMode.WIPE || model.alone() != null) {
      return false;
    }
    boolean horizontal = model.horizontal().get();
    double line = new WipeView(model.wipe().get(), horizontal)
        .line(new Rectangle2D(0, 0, stage.getWidth(), stage.getHeight()));
    return Math.abs((horizontal ? event.getY() : event.getX()) - line) <= GRAB;
  }

  private @Nullable Placement at(double x, double y) {
    Placement nearest = null;
    for (Placement place : stage.placements()) {
      if (nearest == null || place.pane().contains(x, y)) {
        nearest = place;
      }
    }
    return nearest;
  }
}
