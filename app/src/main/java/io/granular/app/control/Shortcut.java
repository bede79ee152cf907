package io.granular.app.control;

import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;

/**
 * A key and what it does; the same list serves the keyboard and its help.
 *
 * @param keys as printed on the keyboard, e.g. {@code Ctrl+0}
 * @param text key of the sentence that says what it does
 * @param matches whether an event is this key
 * @param whileTyping whether it also works while a text field has the focus
 * @param action does it; answers whether there was something to do
 */
public record Shortcut(String keys, String text, Predicate<KeyEvent> matches, boolean whileTyping,
    BooleanSupplier action) {
  /** A key alone, for when nobody types. */
  public static Shortcut of(String keys, String text, KeyCode code, Runnable action) {
    return new Shortcut(keys, text, event -> event.getCode() == code && bare(event), false,
        () -> {
          action.run();
          return true;
        });
  }

  /** A key event without Ctrl, Alt, Shift or Meta. */
  public static boolean bare(KeyEvent event) {
    return !event.isShiftDown() && unmodified(event);
  }

  /** A key event without Ctrl, Alt or Meta; Shift only chooses the character. */
  public static boolean unmodified(KeyEvent event) {
    return !event.isControlDown() && !event.isAltDown() && !event.isMetaDown();
  }
}
