package io.granular.app.fx;

import javafx.beans.value.ObservableValue;

/** Shorthand for code that follows several observable values at once. */
public final class Listening {
  private Listening() {}

  /** Calls {@code action} now and after every change of any of {@code values}. */
  public static void follow(Runnable action, ObservableValue<?>... values) {
    onChange(action, values);
    action.run();
  }

  /** Calls {@code action} after every change of any of {@code values}. */
  public static void onChange(Runnable action, ObservableValue<?>... values) {
    for (ObservableValue<?> value : values) {
      value.addListener((_, _, _) -> action.run());
    }
  }
}
