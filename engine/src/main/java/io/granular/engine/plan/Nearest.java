package io.granular.engine.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what a person probably meant. */
final class Nearest {
  private Nearest() {}

  /** Up to {@code count} known words, fewest edits away from {@code word} first. */
  static List<String> to(String word, Collection<String> known, int count) {
    return known.stream()
        .sorted(Comparator.comparingInt(candidate -> distance(word, candidate)))
        .limit(count)
        .toList();
  }

  /** Levenshtein's distance: inserted, removed and replaced characters. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
