package io.granular.engine.calibrate;

import java.util.stream.IntStream;

/** Counts the numbers of a tensor by bins, on several threads. */
final class Counting {
  private static final int CHUNK = 1 << 17;

  /** Index of a number's bin; what lies outside all bins has an index outside. */
  @FunctionalInterface
  interface Bins {
    int of(float x);
  }

  private Counting() {}

  /** How many numbers are in each of so many bins; others are not counted. */
  static long[] count(float[] x, int bins, Bins index) {
    int[][] parts = IntStream.range(0, Math.ceilDiv(x.length, CHUNK))
        .parallel()
        .mapToObj(chunk -> {
          int[] counts = new int[bins];
          int end = Math.min(x.length, (chunk + 1) * CHUNK);
          for (int i = chunk * CHUNK; i < end; i++) {
            int bin = index.of(x[i]);
            if (bin >= 0 && bin < bins) {
              counts[bin]++;
            }
          }
          return counts;
        })
        .toArray(int[][]::new);
    long[] counts = new long[bins];
    for (int[] part : parts) {
      for (int i = 0; i < bins; i++) {
        counts[i] += part[i];
      }
    }
    return counts;
  }
}
