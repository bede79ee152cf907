package io.granular.engine.diffusion;

/**
 * The Mersenne Twister of Matsumoto and Nishimura (1998), seeded as PyTorch's CPU generator seeds
 * it: with the low 32 bits of the seed.
 */
final class Mt19937 {
  private static final int N = 624;
  private static final int M = 397;

  private final int[] state = new int[N];
  private int position = N;

  Mt19937(long seed) {
    state[0] = (int) seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** The next 32 random bits. */
  int nextInt() {
    if (position == N) {
      twist();
    }
    int y = state[position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** The next 64 random bits, the first draw in the high half. */
  long nextLong() {
    long high = nextInt();
    return high << 32 | Integer.toUnsignedLong(nextInt());
  }

  private void twist() {
    for (int i = 0; i < N; i++) {
      int next = state[(i + 1) % N];
      int y = (state[i] & 0x80000000) | (next & 0x7fffffff);
      int odd = (next & 1) == 0 ? 0 : 0x9908b0df;
      state[i] = state[(i + M) % N] ^ (y >>> 1) ^ odd;
    }
    position = 0;
  }
}
