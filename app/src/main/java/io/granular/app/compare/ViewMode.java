package io.granular.app.compare;

import java.util.Locale;

/** The ways to look at two pictures. */
enum ViewMode {
  WIPE, SIDE_BY_SIDE, BLINK, ONION, DIFFERENCE;

  /** Key of its texts and its name in saved sessions. */
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The mode with that key; the wipe if there is none. */
  static ViewMode of(String key) {
    for (ViewMode mode : values()) {
      if (mode.key().equals(key)) {
        return mode;
      }
    }
    return WIPE;
  }
}
