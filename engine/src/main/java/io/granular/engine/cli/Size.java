package io.granular.engine.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Size of a picture in pixels. */
record Size(int width, int height) {
  /** Smallest side that the metrics' windows fit in. */
  private static final int MIN = 16;
  private static final int MAX = 8192;
  private static final int STEP = 8;

  /** Reads {@code 512x768}. */
  static final class Converter implements ITypeConverter<Size> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})[xX×](\\d{1,6})");

    @Override
    public Size convert(String value) {
      Matcher matcher = FORM.matcher(value);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + value + "' is not a size; write width x height, e.g. 512x512");
      }
      return new Size(side(matcher.group(1)), side(matcher.group(2)));
    }

    private static int side(String text) {
      int pixels = Integer.parseInt(text);
      if (pixels < MIN || pixels > MAX || pixels % STEP != 0) {
        throw new TypeConversionException("a side of " + pixels + " pixels is not possible; take a "
            + "multiple of " + STEP + " from " + MIN + " to " + MAX);
      }
      return pixels;
    }
  }
}
