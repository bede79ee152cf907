package io.granular.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Chooses modules by name. A name is parts joined by dots, {@code unet.conv_in}. In a pattern
 * {@code *} stands for any characters within one part (also none), the part {@code **} for any
 * number of whole parts (also none), and <code>{a,b}</code> for either; alternatives may nest, be empty
 * and contain dots.
 *
 * <p>Braces only abbreviate: a pattern means the list of patterns that writing out every alternative
 * gives, and matches what one of them matches.
 */
public final class Pattern {
  private static final int MAX_LENGTH = 2_000;
  private static final int MAX_ALTERNATIVES = 1_000;

  private final String text;
  private final List<String> alternatives;
  private final List<java.util.regex.Pattern> regexes;

  /**
   * @throws IllegalArgumentException if the text is no pattern; the message says where and why
   */
  public Pattern(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a pattern has 1 to " + MAX_LENGTH + " characters");
    }
    checkCharacters(text);
    this.text = text;
    List<String> expanded = new ArrayList<>();
    expand(text, expanded);
    alternatives = List.copyOf(expanded);
    regexes = alternatives.stream().map(Pattern::compile).toList();
  }

  /** Whether the whole name matches. */
  public boolean matches(String name) {
    String parts = name + ".";
    return regexes.stream().anyMatch(pattern -> pattern.matcher(parts).matches());
  }

  /** The patterns without braces that this one abbreviates. */
  List<String> alternatives() {
    return alternatives;
  }

  /** The pattern as written. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pattern pattern && pattern.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  private static void checkCharacters(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '{' -> depth++;
        case '}' -> depth--;
        case ',' -> {
          if (depth == 0) {
            throw new IllegalArgumentException(
                "the comma at character " + (i + 1) + " is not inside { }");
          }
        }
        default -> {
          if (!isOrdinary(c)) {
            throw new IllegalArgumentException("'" + c + "' at character " + (i + 1)
                + " has no meaning; names have letters, digits, '_', '-' and '.', and patterns"
                + " also *, ** and {a,b}");
          }
        }
      }
      if (depth < 0) {
        throw new IllegalArgumentException("the } at character " + (i + 1) + " has no {");
      }
    }
    if (depth > 0) {
      throw new IllegalArgumentException("a { has no }");
    }
  }

  private static boolean isOrdinary(char c) {
    return (c < 128 && Character.isLetterOrDigit(c)) || "._-*".indexOf(c) >= 0;
  }

  /** Writes out the first pair of braces, then those within each result. */
  private static void expand(String text, List<String> results) {
    int open = text.indexOf('{');
    if (open < 0) {
      results.add(text);
      if (results.size() > MAX_ALTERNATIVES) {
        throw new IllegalArgumentException(
            "the braces multiply to more than " + MAX_ALTERNATIVES + " alternatives");
      }
      return;
    }
    List<String> options = new ArrayList<>();
    int depth = 0;
    int start = open + 1;
    int at = open;
    do {
      char c = text.charAt(at);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if ((c == ',' && depth == 1) || depth == 0) {
        options.add(text.substring(start, at));
        start = at + 1;
      }
      at++;
    } while (depth > 0);
    for (String option : options) {
      expand(text.substring(0, open) + option + text.substring(at), results);
    }
  }

  /** A pattern without braces as an expression over names in which every part ends with a dot. */
  private static java.util.regex.Pattern compile(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (String part : pattern.split("\\.", -1)) {
      if (part.isEmpty()) {
        throw new IllegalArgumentException("'" + pattern + "' has an empty part");
      }
      if (part.equals("**")) {
        regex.append("(?:[^.]+\\.)*");
      } else if (part.contains("**")) {
        throw new IllegalArgumentException(
            "'" + part + "' mixes ** with other characters; ** stands"
                + " for whole parts, as in unet.**.ff");
      } else {
        regex.append(part.chars()
            .mapToObj(c -> c == '*' ? "[^.]*" : Character.toString(c))
            .collect(Collectors.joining("", "", "\\.")));
      }
    }
    return java.util.regex.Pattern.compile(regex.toString());
  }
}
