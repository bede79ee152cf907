package io.granular.app.settings;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a person chose about light and dark. */
public enum ThemeChoice {
  SYSTEM, LIGHT, DARK;

  /** Its name in the session file and its key in the texts. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The choice with that name; the system's if there is none. */
  public static ThemeChoice of(@Nullable String key) {
    for (ThemeChoice choice : values()) {
      if (choice.key().equals(key)) {
        return choice;
      }
    }
    return SYSTEM;
  }
}
