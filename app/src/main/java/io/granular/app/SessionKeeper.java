package io.granular.app;

import io.granular.app.fx.Listening;
import io.granular.app.session.SavedSession;
import io.granular.app.session.SavedSession.Bounds;
import io.granular.app.session.SessionFile;
import java.io.IOException;
import java.util.function.Supplier;
import javafx.animation.PauseTransition;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Rectangle2D;
import javafx.stage.Screen;
import javafx.stage.Stage;
import javafx.util.Duration;
import org.jspecify.annotations.Nullable;

/** Saves the window's state a moment after a change and at the end. */
final class SessionKeeper {
  private static final System.Logger LOG = System.getLogger(SessionKeeper.class.getName());
  private static final Duration MOMENT = Duration.seconds(1);

  private final SessionFile file;
  private final Supplier<SavedSession> state;
  private final PauseTransition pause = new PauseTransition(MOMENT);

  SessionKeeper(SessionFile file, Supplier<SavedSession> state) {
    this.file = file;
    this.state = state;
    pause.setOnFinished(_ -> {
      SavedSession now = state.get();
      Thread.ofVirtual().start(() -> write(now));
    });
  }

  /** Saves a moment after any of these changes. */
  void follow(ObservableValue<?>... values) {
    Listening.onChange(pause::playFromStart, values);
  }

  /** Saves now. */
  void save() {
    pause.stop();
    write(state.get());
  }

  private void write(SavedSession now) {
    try {
      file.save(now);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "Could not save " + file.path(), e);
    }
  }

  /** Where a window is; a maximized one keeps the place it had before. */
  static Bounds bounds(Stage stage, @Nullable Bounds before) {
    boolean maximized = stage.isMaximized();
    return maximized && before != null
        ? new Bounds(before.x(), before.y(), before.width(), before.height(), true)
        : new Bounds(stage.getX(), stage.getY(), stage.getWidth(), stage.getHeight(), maximized);
  }

  /** Puts a window where it was, unless that screen is gone. */
  static void place(Stage stage, @Nullable Bounds bounds) {
    if (bounds == null || !(bounds.width() > 0 && bounds.height() > 0)) {
      return;
    }
    stage.setWidth(bounds.width());
    stage.setHeight(bounds.height());
    if (!Screen.getScreensForRectangle(
        new Rectangle2D(bounds.x(), bounds.y(), bounds.width(), bounds.height())).isEmpty()) {
      stage.setX(bounds.x());
      stage.setY(bounds.y());
    }
    stage.setMaximized(bounds.maximized());
  }
}
