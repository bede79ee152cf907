package io.granular.engine.train;

import java.util.Random;

/** {@link Random}'s own numbers, with a state that can be written down. */
final class Draws extends Random {
  private static final long MULTIPLIER = 0x5DEECE66DL;
  private static final long MASK = (1L << 48) - 1;
  private static final long serialVersionUID = 1;

  private long state;

  Draws(long seed) {
    super(seed);
    setSeed(seed);
  }

  /** What {@link #resume} takes. */
  long state() {
    return state;
  }

  /** Goes on where another was. */
  void resume(long other) {
    state = other;
  }

  @Override
  public synchronized void setSeed(long seed) {
    state = (seed ^ MULTIPLIER) & MASK;
  }

  @Override
  protected int next(int bits) {
    state = (state * MULTIPLIER + 0xB) & MASK;
    return (int) (state >>> (48 - bits));
  }
}
