package io.granular.engine.torch;

/**
 * Keeps the Java heap small while large arrays come and go, one layer's integers after the other's. The serial collector
 * would rather grow its heap up to the limit than look for those that are gone, and what it grew stays resident.
 */
public final class JavaHeap {
  /** Bytes of new arrays, alive or not, between two collections. */
  public static final long ROOM = 96L << 20;

  private long floor = used();

  /** Collects if much was allocated since the last time. */
  public void tidy() {
    long used = used();
    if (used > floor + ROOM) {
      collect();
    } else {
      floor = Math.min(floor, used);
    }
  }

  /** Collects. */
  public void collect() {
    System.gc();
    floor = used();
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
