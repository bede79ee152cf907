package io.granular.app.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextsTest {
  private static final Pattern KEY =
      Pattern.compile("texts\\.(?:get|format)\\(\\s*\"([a-zA-Z.-]+)\"\\s*[,)]");

  private final ResourceBundle english = bundle(Locale.ROOT);
  private final ResourceBundle russian = bundle(Locale.of("ru"));

  @Test
  void everyTextHasItsTranslation() {
    assertThat(new TreeSet<>(russian.keySet())).isEqualTo(new TreeSet<>(english.keySet()));
    // What is written alike in both languages is a name, not a forgotten translation.
    assertThat(english.keySet()
        .stream()
        .filter(key -> english.getString(key).equals(russian.getString(key)))
        .filter(key -> !key.matches("(sampler|spacing|sigmas|metric|save\\.format)\\..*")))
        .containsExactlyInAnyOrder("app.name", "zoom.percent", "difference.flip", "readout.place",
            "setting.guidance", "engine.libtorch", "engine.version", "value.activations",
            "value.method.ptq", "value.method.qat");
  }

  @Test
  void translationsTakeTheSameArguments() {
    for (String key : english.keySet()) {
      assertThat(arguments(russian.getString(key))).as(key)
          .isEqualTo(arguments(english.getString(key)));
    }
  }

  @Test
  void everyKeyInTheSourcesExists() throws IOException {
    int found = 0;
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        Matcher matcher = KEY.matcher(Files.readString(source));
        while (matcher.find()) {
          assertThat(english.containsKey(matcher.group(1)))
              .as("%s in %s", matcher.group(1), source)
              .isTrue();
          found++;
        }
      }
    }
    assertThat(found).isGreaterThan(100);
  }

  @Test
  void anUnknownLanguageIsEnglish() {
    assertThat(Texts.of(Locale.of("xx")).get("run.run")).isEqualTo("Run");
    assertThat(Texts.of(Locale.of("ru")).get("run.run")).isEqualTo("Запуск");
  }

  @Test
  void aMissingKeyIsAnError() {
    org.assertj.core.api.Assertions
        .assertThatThrownBy(() -> Texts.of(Locale.ENGLISH).get("no.such.key"))
        .isInstanceOf(MissingResourceException.class);
  }

  private static TreeSet<String> arguments(String text) {
    TreeSet<String> arguments = new TreeSet<>();
    Matcher matcher = Pattern.compile("\\{\\d}").matcher(text);
    while (matcher.find()) {
      arguments.add(matcher.group());
    }
    return arguments;
  }

  private static ResourceBundle bundle(Locale locale) {
    return ResourceBundle.getBundle("io.granular.ui.texts", locale, ResourceBundle.Control
        .getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
  }
}
