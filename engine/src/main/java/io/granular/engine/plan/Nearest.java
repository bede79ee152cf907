package io.granular.engine.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds what a person probably meant. */
final class Nearest {
  /** A pattern with more is compared only in part; its author gets a hint all the same. */
  private static final int MAX_ALTERNATIVES = 50;

  private Nearest() {}

  /** Up to {@code count} known words, fewest edits away from {@code word} first. */
  static List<String> to(String word, Collection<String> known, int count) {
    return known.stream()
        .sorted(Comparator.comparingInt(candidate -> distance(word, candidate)))
        .limit(count)
        .toList();
  }

  /** Up to {@code count} names that the fewest edits of a pattern would make it match. */
  static List<String> to(Pattern pattern, Collection<String> names, int count) {
    Map<String, Integer> distances = new HashMap<>();
    for (String name : names) {
      pattern.alternatives()
          .stream()
          .limit(MAX_ALTERNATIVES)
          .forEach(text -> distances.merge(name, distance(text, name), Math::min));
    }
    return names.stream()
        .distinct()
        .sorted(Comparator.comparing(distances::get))
        .limit(count)
        .toList();
  }

  /**
   * Levenshtein's distance: inserted, removed and replaced characters; a {@code *} in {@code a} stands
   * for any characters at no cost.
   */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      boolean any = a.charAt(i - 1) == '*';
      int diagonal = row[0];
      row[0] = any ? row[0] : row[0] + 1;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = any ? Math.min(row[j], row[j - 1])
            : Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
