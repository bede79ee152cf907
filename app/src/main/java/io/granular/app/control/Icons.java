package io.granular.app.control;

import javafx.scene.control.ButtonBase;
import javafx.scene.control.Tooltip;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.javafx.FontIcon;

/** Icons and the buttons that consist of one. */
public final class Icons {
  private Icons() {}

  /** An icon in the colour and size of its surroundings. */
  public static FontIcon of(Ikon icon) {
    return new FontIcon(icon);
  }

  /** Turns a button into an icon with a spoken name and the same words as its tooltip. */
  public static <T extends ButtonBase> T button(T button, Ikon icon, String name) {
    button.setGraphic(of(icon));
    button.setAccessibleText(name);
    button.setTooltip(new Tooltip(name));
    button.getStyleClass().addAll("icon-button", "flat");
    return button;
  }
}
