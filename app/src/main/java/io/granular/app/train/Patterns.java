package io.granular.app.train;

import java.util.ArrayList;
import java.util.List;

/** Several patterns in one text field. */
final class Patterns {
  private Patterns() {}

  /** Splits at spaces, line ends, semicolons, and at commas that are not within braces. */
  static List<String> split(String text) {
    List<String> patterns = new ArrayList<>();
    StringBuilder pattern = new StringBuilder();
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c) || c == ';' || (c == ',' && depth == 0)) {
        end(pattern, patterns);
        depth = 0;
      } else {
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        pattern.append(c);
      }
    }
    end(pattern, patterns);
    return List.copyOf(patterns);
  }

  private static void end(StringBuilder pattern, List<String> patterns) {
    if (!pattern.isEmpty()) {
      patterns.add(pattern.toString());
      pattern.setLength(0);
    }
  }
}
