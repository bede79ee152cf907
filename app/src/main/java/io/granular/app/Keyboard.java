package io.granular.app;

import io.granular.app.control.Shortcut;
import io.granular.app.control.ShortcutGroup;
import java.util.List;
import java.util.function.Supplier;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ComboBoxBase;
import javafx.scene.control.Slider;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;

/**
 * Gives keys to the shortcuts of the open screen. Letters stay letters while somebody types, and a
 * control that was reached by keyboard keeps the keys it understands itself.
 */
final class Keyboard {
  private final Scene scene;
  private final Supplier<List<ShortcutGroup>> groups;

  Keyboard(Scene scene, Supplier<List<ShortcutGroup>> groups) {
    this.scene = scene;
    this.groups = groups;
    scene.addEventFilter(KeyEvent.KEY_PRESSED, this::pressed);
  }

  private void pressed(KeyEvent event) {
    Node focus = scene.getFocusOwner();
    boolean typing = focus instanceof TextInputControl;
    if (!typing && focus != null && focus.isFocusVisible() && belongsTo(focus, event.getCode())) {
      return;
    }
    for (ShortcutGroup group : groups.get()) {
      for (Shortcut shortcut : group.shortcuts()) {
        if ((shortcut.whileTyping() || !typing) && shortcut.matches().test(event)
            && shortcut.action().getAsBoolean()) {
          event.consume();
          return;
        }
      }
    }
  }

  private static boolean belongsTo(Node focus, KeyCode code) {
    return switch (code) {
      case SPACE -> focus instanceof ButtonBase || focus instanceof ComboBoxBase<?>;
      case LEFT, RIGHT -> focus instanceof Slider || focus instanceof ButtonBase;
      default -> false;
    };
  }
}
