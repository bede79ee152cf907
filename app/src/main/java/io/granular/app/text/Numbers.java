package io.granular.app.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Measures as a person reads them: three significant figures and a unit. */
public final class Numbers {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private final Texts texts;
  private final Locale locale;

  Numbers(Texts texts, Locale locale) {
    this.texts = texts;
    this.locale = locale;
  }

  /** Bytes with a decimal unit, 1 MB being 1,000,000 bytes: {@code 98.3 MB}. */
  public String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return (unit == 0 ? whole(bytes) : significant(value)) + "\u00a0"
        + texts.get("unit." + UNITS[unit]);
  }

  /** Seconds: {@code 48 ms}, {@code 1.92 s}, {@code 2 min 05 s}. */
  public String seconds(double seconds) {
    if (seconds < 0.9995) {
      return significant(seconds * 1000) + "\u00a0" + texts.get("unit.ms");
    }
    if (seconds < 120) {
      return significant(seconds) + "\u00a0" + texts.get("unit.s");
    }
    long whole = Math.round(seconds);
    return whole / 60 + "\u00a0" + texts.get("unit.min") + " "
        + String.format(locale, "%02d", whole % 60) + "\u00a0" + texts.get("unit.s");
  }

  /** Seconds left, rounded so that it does not flicker: {@code 1.1 s}, {@code 12 s}. */
  public String secondsLeft(double seconds) {
    return seconds < 10
        ? fixed(seconds, 1) + "\u00a0" + texts.get("unit.s")
        : seconds(Math.rint(seconds));
  }

  /** A count with groups of three: {@code 17,512,320}. */
  public String whole(long count) {
    return String.format(locale, "%,d", count);
  }

  /** A large count in short: {@code 17.5 M}. */
  public String count(long count) {
    double value = count;
    String[] suffixes = {"", "k", "M", "B"};
    int unit = 0;
    while (value >= 999.5 && unit < suffixes.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? whole(count) : significant(value) + "\u00a0" + suffixes[unit];
  }

  /** How many times: {@code 3.6×}. */
  public String times(double factor) {
    return (factor < 10 ? fixed(factor, 1) : fixed(factor, 0)) + "×";
  }

  /** With that many places after the point. */
  public String fixed(double value, int places) {
    return String.format(locale, "%." + places + "f", value);
  }

  /** A small number with its power of ten, {@code 3.2e-04}; a dash for NaN. */
  public String scientific(double value) {
    return Double.isNaN(value) ? "–" : String.format(locale, "%.1e", value);
  }

  /** A share as a percentage of two significant figures: {@code 12 %}, {@code 0.034 %}. */
  public String percent(double share) {
    double value = 100 * share;
    if (value == 0 || Double.isNaN(value)) {
      return fixed(value, 0) + "\u00a0%";
    }
    int digits = (int) Math.floor(Math.log10(Math.abs(value)) + 1e-9);
    return digits < -4 ? scientific(value) + "\u00a0%"
        : fixed(value, Math.clamp(1 - digits, 0, 5)) + "\u00a0%";
  }

  /** A round number as an axis says it: no superfluous zeros, {@code 0.05}, {@code 2.5}, {@code 1000}. */
  public String tick(double value) {
    if (value != 0 && Math.abs(value) < 1e-6) {
      return scientific(value);
    }
    BigDecimal rounded =
        new BigDecimal(value, new MathContext(6)).setScale(8, RoundingMode.HALF_EVEN);
    String plain = rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    return plain.replace('.', DecimalFormatSymbols.getInstance(locale).getDecimalSeparator());
  }

  /** A number without superfluous zeros: {@code 3}, {@code 7.5}. */
  public String plain(double value) {
    return value == Math.rint(value) ? fixed(value, 0) : fixed(value, 1);
  }

  private String significant(double value) {
    double size = Math.abs(value);
    return fixed(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  }
}
