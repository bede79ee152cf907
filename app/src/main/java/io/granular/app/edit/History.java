package io.granular.app.edit;

import java.util.ArrayDeque;
import java.util.Deque;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;

/** Former and undone values. */
final class History<T> {
  private static final int DEEPEST = 200;

  private final Deque<T> before = new ArrayDeque<>();
  private final Deque<T> after = new ArrayDeque<>();
  private final ReadOnlyBooleanWrapper canUndo = new ReadOnlyBooleanWrapper();
  private final ReadOnlyBooleanWrapper canRedo = new ReadOnlyBooleanWrapper();

  ReadOnlyBooleanProperty canUndo() {
    return canUndo.getReadOnlyProperty();
  }

  ReadOnlyBooleanProperty canRedo() {
    return canRedo.getReadOnlyProperty();
  }

  /** Remembers a value that is about to be replaced; what was undone is forgotten. */
  void remember(T value) {
    before.push(value);
    if (before.size() > DEEPEST) {
      before.removeLast();
    }
    after.clear();
    update();
  }

  /** The value before {@code now}; there must be one. */
  T undo(T now) {
    after.push(now);
    T value = before.pop();
    update();
    return value;
  }

  /** The value that was undone; there must be one. */
  T redo(T now) {
    before.push(now);
    T value = after.pop();
    update();
    return value;
  }

  void clear() {
    before.clear();
    after.clear();
    update();
  }

  private void update() {
    canUndo.set(!before.isEmpty());
    canRedo.set(!after.isEmpty());
  }
}
