package io.granular.app.text;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** The window's words in one language, from the bundle {@code io.granular.ui.texts}. */
public final class Texts {
  private static final String BUNDLE = "io.granular.ui.texts";

  private final ResourceBundle bundle;
  private final Locale locale;

  private Texts(Locale locale) {
    this.locale = locale;
    bundle = ResourceBundle.getBundle(BUNDLE, locale,
        ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
  }

  /** Words for {@code locale}; English where there is no translation. */
  public static Texts of(Locale locale) {
    return new Texts(locale);
  }

  /**
   * The text under {@code key}.
   *
   * @throws java.util.MissingResourceException if there is none
   */
  public String get(String key) {
    return bundle.getString(key);
  }

  /** The pattern under {@code key} with its {@code {0}}, {@code {1}} ... filled in. */
  public String format(String key, Object... arguments) {
    return new MessageFormat(bundle.getString(key), locale).format(arguments);
  }

  /** The language and its customs. */
  public Locale locale() {
    return locale;
  }

  /** Numbers as this language writes them. */
  public Numbers numbers() {
    return new Numbers(this, locale);
  }
}
