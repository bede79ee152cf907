package io.granular.engine.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 12MB}, {@code 1.5GiB}, {@code 800kB} or a plain number of bytes. */
final class ByteCount implements ITypeConverter<Long> {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,6})?)\\s*([kmgt]?i?b)?");
  private static final Map<String, Long> UNITS = Map.of("b", 1L, "kb", 1000L, "mb", 1_000_000L,
      "gb", 1_000_000_000L, "tb", 1_000_000_000_000L, "kib", 1L << 10, "mib", 1L << 20, "gib",
      1L << 30, "tib", 1L << 40);

  @Override
  public Long convert(String text) {
    Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    Long unit = form.matches() ? UNITS.get(form.group(2) == null ? "b" : form.group(2)) : null;
    if (unit == null) {
      throw new TypeConversionException(
          "'" + text + "' is no size; write for example 12MB, 1.5GiB or 12000000");
    }
    try {
      return new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(unit))
          .toBigInteger()
          .longValueExact();
    } catch (ArithmeticException e) {
      throw new TypeConversionException("'" + text + "' is too large");
    }
  }
}
