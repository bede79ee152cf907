package io.granular.app.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  private final Numbers numbers = Texts.of(Locale.ENGLISH).numbers();

  @ParameterizedTest
  @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.00 kB", "27210000, 27.2 MB", "98400000, 98.4 MB",
      "999499, 999 kB", "999500, 1.00 MB", "214000000, 214 MB", "9100000000, 9.10 GB"})
  void bytes(long bytes, String text) {
    assertThat(numbers.bytes(bytes)).isEqualTo(text.replace(' ', '\u00a0'));
  }

  @ParameterizedTest
  @CsvSource({"0.048, 48.0 ms", "0.9994, 999 ms", "1.92, 1.92 s", "63.4, 63.4 s",
      "125, 2 min 05 s"})
  void seconds(double seconds, String text) {
    assertThat(numbers.seconds(seconds).replace('\u00a0', ' ')).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"950, 950", "17512320, 17.5 M", "860000000, 860 M", "2600000000, 2.60 B"})
  void counts(long count, String text) {
    assertThat(numbers.count(count).replace('\u00a0', ' ')).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"3.617, 3.6×", "12.4, 12×"})
  void times(double factor, String text) {
    assertThat(numbers.times(factor)).isEqualTo(text);
  }

  @org.junit.jupiter.api.Test
  void otherLanguagesWriteTheirOwnUnitsAndPoints() {
    assertThat(Texts.of(Locale.of("ru")).numbers().bytes(27_210_000))
        .isEqualTo("27,2\u00a0МБ");
  }
}
