package io.granular.engine.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the regions of an error map where the error is largest. */
public final class Hotspots {
  /** A window is this part of the shorter side: small enough to point, large enough to see. */
  private static final int WINDOWS_PER_SIDE = 8;
  private static final int MIN_WINDOW = 8;
  /** Windows are tried at every quarter of their size. */
  private static final int STEPS_PER_WINDOW = 4;

  private Hotspots() {}

  /**
   * The worst square windows by mean error, worst first, none overlapping another (greedy
   * non-maximum suppression; of equal ones the upper left wins). Windows without any error are left
   * out, so the list may be shorter than asked for.
   *
   * @param count the most hotspots to return
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public static List<Hotspot> worst(ErrorMap map, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("The number of hotspots cannot be " + count + ".");
    }
    List<Hotspot> worst = new ArrayList<>();
    for (Hotspot candidate : candidates(map)) {
      if (worst.size() == count) {
        break;
      }
      if (worst.stream().noneMatch(candidate::overlaps)) {
        worst.add(candidate);
      }
    }
    return List.copyOf(worst);
  }

  private static List<Hotspot> candidates(ErrorMap map) {
    int shorter = Math.min(map.width(), map.height());
    int size = Math.min(Math.max(shorter / WINDOWS_PER_SIDE, MIN_WINDOW), shorter);
    int step = Math.max(1, size / STEPS_PER_WINDOW);
    List<Hotspot> candidates = new ArrayList<>();
    for (int y : positions(map.height() - size, step)) {
      for (int x : positions(map.width() - size, step)) {
        double score = sum(map, x, y, size) / ((double) size * size);
        if (score > 0) {
          candidates.add(new Hotspot(x, y, size, size, score));
        }
      }
    }
    // The sort is stable, which settles ties.
    candidates.sort(Comparator.comparingDouble(Hotspot::score).reversed());
    return candidates;
  }

  /** 0, step, 2 * step and so on; always with {@code last}, so that the far border is covered. */
  private static int[] positions(int last, int step) {
    int[] positions = new int[(last + step - 1) / step + 1];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = Math.min(i * step, last);
    }
    return positions;
  }

  private static double sum(ErrorMap map, int x, int y, int size) {
    double sum = 0;
    for (int row = y; row < y + size; row++) {
      for (int column = x; column < x + size; column++) {
        sum += map.get(column, row);
      }
    }
    return sum;
  }
}
