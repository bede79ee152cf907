package io.granular.app.settings;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import io.granular.app.fx.Listening;
import java.net.URL;
import java.util.List;
import java.util.Objects;
import javafx.application.Application;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.Scene;
import javafx.scene.text.Font;

/** Light or dark, and the studio's own style on top of AtlantaFX. */
public final class Theme {
  private static final String RESOURCES = "/io/granular/ui/";
  private static final double ANY_SIZE = 13;

  private final ObjectProperty<ThemeChoice> choice =
      new SimpleObjectProperty<>(ThemeChoice.SYSTEM);

  /** Loads the fonts. */
  public Theme() {
    for (String weight : List.of("Regular", "Bold")) {
      Font.loadFont(resource("fonts/InterTabular-" + weight + ".ttf"), ANY_SIZE);
    }
  }

  /** What a person chose. */
  public ObjectProperty<ThemeChoice> choice() {
    return choice;
  }

  /** Dresses a scene, now and whenever the choice or the system changes. */
  public void apply(Scene scene) {
    Listening.follow(() -> dress(scene), choice, Platform.getPreferences().colorSchemeProperty());
  }

  private void dress(Scene scene) {
    boolean dark = switch (choice.get()) {
      case SYSTEM -> Platform.getPreferences().getColorScheme() == ColorScheme.DARK;
      case LIGHT -> false;
      case DARK -> true;
    };
    Application.setUserAgentStylesheet(
        (dark ? new PrimerDark() : new PrimerLight()).getUserAgentStylesheet());
    scene.getStylesheets()
        .setAll(resource(dark ? "dark.css" : "light.css"),
            resource("granular.css"), resource("controls.css"), resource("screens.css"));
  }

  private static String resource(String name) {
    URL url = Theme.class.getResource(RESOURCES + name);
    return Objects.requireNonNull(url, () -> "missing resource " + RESOURCES + name)
        .toExternalForm();
  }
}
