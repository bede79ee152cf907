package io.granular.app;

import java.util.Locale;
import org.kordamp.ikonli.feather.Feather;

/** The screens, in the order of the navigation. */
enum ScreenName {
  COMPARE(Feather.COLUMNS), MODULES(Feather.LAYERS), TRAIN(Feather.TRENDING_DOWN),
  MODELS(Feather.BOX), JOBS(Feather.ACTIVITY),
  ENGINE(Feather.CPU),
  SETTINGS(Feather.SETTINGS);

  private final Feather icon;

  ScreenName(Feather icon) {
    this.icon = icon;
  }

  Feather icon() {
    return icon;
  }

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
