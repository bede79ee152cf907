package io.granular.engine.report;

import java.util.Locale;

/** Measures as a person reads them: three significant figures and a unit. */
public final class Measures {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private Measures() {}

  /** Bytes with a decimal unit, 1 MB being 1,000,000 bytes: {@code 98.3 MB}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return (unit == 0 ? Long.toString(bytes) : significant(value)) + " " + UNITS[unit];
  }

  /** Seconds: {@code 48.0 ms}, {@code 1.92 s}, {@code 2 min 05 s}. */
  public static String seconds(double seconds) {
    if (seconds < 0.9995) {
      return significant(seconds * 1000) + " ms";
    }
    if (seconds < 120) {
      return significant(seconds) + " s";
    }
    long whole = Math.round(seconds);
    return "%d min %02d s".formatted(whole / 60, whole % 60);
  }

  /** A PSNR in dB; infinite for identical pictures. */
  public static String decibel(double psnr) {
    return Double.isInfinite(psnr) ? "identical" : fixed(psnr, 2) + " dB";
  }

  /** With that many places after the point. */
  public static String fixed(double value, int places) {
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }

  private static String significant(double value) {
    double size = Math.abs(value);
    return fixed(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  }
}
