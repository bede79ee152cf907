package io.granular.app.compare;

import io.granular.app.picture.Difference;
import io.granular.app.picture.DifferencePicture;
import io.granular.app.session.Side;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import org.jspecify.annotations.Nullable;

/** How a person looks at the two pictures. JavaFX thread only. */
final class StageModel {
  private final Viewport viewport = new Viewport();
  private final ObjectProperty<ViewMode> mode = new SimpleObjectProperty<>(ViewMode.WIPE);
  private final ObjectProperty<@Nullable Side> solo = new SimpleObjectProperty<>();
  private final BooleanProperty held = new SimpleBooleanProperty();
  private final DoubleProperty wipe = new SimpleDoubleProperty(0.5);
  private final BooleanProperty horizontal = new SimpleBooleanProperty();
  private final DoubleProperty blinkRate = new SimpleDoubleProperty(2);
  private final ObjectProperty<Side> blinking = new SimpleObjectProperty<>(Side.A);
  private final DoubleProperty opacity = new SimpleDoubleProperty(0.5);
  private final ObjectProperty<Difference> difference =
      new SimpleObjectProperty<>(new Difference(Difference.Kind.ABSOLUTE, 8, 0));
  private final ObjectProperty<@Nullable DifferencePicture> differencePicture =
      new SimpleObjectProperty<>();
  private final ObjectProperty<@Nullable Pixel> cursor = new SimpleObjectProperty<>();
  private final IntegerProperty step = new SimpleIntegerProperty(Integer.MAX_VALUE);

  /** A pixel of the pictures. */
  record Pixel(int x, int y) {}

  /** Zoom and pan. */
  Viewport viewport() {
    return viewport;
  }

  /** The chosen view. */
  ObjectProperty<ViewMode> mode() {
    return mode;
  }

  /** The side that is shown alone instead of the view; null for the view. */
  ObjectProperty<@Nullable Side> solo() {
    return solo;
  }

  /** Whether the key that shows the reference is held. */
  BooleanProperty held() {
    return held;
  }

  /** Where the wipe's line is, as a share of the stage. */
  DoubleProperty wipe() {
    return wipe;
  }

  /** Whether the wipe's line is horizontal: A above, B below. */
  BooleanProperty horizontal() {
    return horizontal;
  }

  /** Changes per second. */
  DoubleProperty blinkRate() {
    return blinkRate;
  }

  /** The side that blinking shows now. */
  ObjectProperty<Side> blinking() {
    return blinking;
  }

  /** How much of B covers A, from 0 to 1. */
  DoubleProperty opacity() {
    return opacity;
  }

  /** How the difference is shown. */
  ObjectProperty<Difference> difference() {
    return difference;
  }

  /** The difference as last painted; null if there is none. */
  ObjectProperty<@Nullable DifferencePicture> differencePicture() {
    return differencePicture;
  }

  /** The pixel under the cursor; null outside. */
  ObjectProperty<@Nullable Pixel> cursor() {
    return cursor;
  }

  /** The step that is shown, counted from 1; the last and beyond are the final pictures. */
  IntegerProperty step() {
    return step;
  }

  /** Chooses a view and ends showing one side alone. */
  void show(ViewMode view) {
    solo.set(null);
    mode.set(view);
  }

  /** Shows one side alone, or the view again if that side is alone already. */
  void toggleSolo(Side side) {
    solo.set(solo.get() == side ? null : side);
  }

  /** The side that covers the whole stage now; null if the view decides. */
  @Nullable
  Side alone() {
    return held.get() ? Side.A : solo.get();
  }
}
