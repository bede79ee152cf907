package io.granular.engine.diffusion;

/**
 * The normal numbers of {@code torch.Generator("cpu").manual_seed(seed)}: each {@link #randn}
 * equals the next {@code torch.randn(shape, generator=g)} in float32, bit for bit on the AVX2 and
 * AVX-512 machines where PyTorch computes it (other processors differ in the last bits). Source:
 * ATen's {@code CPUGeneratorImpl} and {@code DistributionTemplates.h}. Not thread-safe.
 */
public final class TorchRandom {
  private static final int BLOCK = 16;
  private static final int HALF = BLOCK / 2;
  private static final float TWO_PI = (float) (2 * Math.PI);

  private final Mt19937 bits;
  /** The second number of the last scalar Box-Muller pair; NaN when it was used already. */
  private double spare = Double.NaN;

  /**
   * @param seed any 64-bit seed, the negative ones as PyTorch's two's complement. PyTorch's CPU
   *     generator uses the low 32 bits only
   */
  public TorchRandom(long seed) {
    bits = new Mt19937(seed);
  }

  /**
   * The next {@code torch.randn} of {@code n} elements; the shape does not matter to PyTorch.
   *
   * @throws IllegalArgumentException if {@code n} is negative
   */
  public float[] randn(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("The number of random numbers is negative: " + n + ".");
    }
    float[] result = new float[n];
    if (n < BLOCK) {
      for (int i = 0; i < n; i++) {
        result[i] = (float) scalar();
      }
      return result;
    }
    uniform(result, 0);
    for (int i = 0; i <= n - BLOCK; i += BLOCK) {
      boxMuller(result, i);
    }
    if (n % BLOCK != 0) {
      // PyTorch draws the last whole block again rather than a part of one.
      uniform(result, n - BLOCK);
      boxMuller(result, n - BLOCK);
    }
    return result;
  }

  private void uniform(float[] out, int from) {
    for (int i = from; i < out.length; i++) {
      out[i] = (bits.nextInt() & 0xffffff) * 0x1p-24f;
    }
  }

  /** Turns the 16 uniform numbers from {@code at} into normal ones, as {@code normal_fill_16}. */
  private static void boxMuller(float[] data, int at) {
    for (int i = at; i < at + HALF; i++) {
      float radius = (float) Math.sqrt(-2 * CephesMath.log(1 - data[i]));
      float theta = TWO_PI * data[i + HALF];
      data[i] = radius * CephesMath.cos(theta);
      data[i + HALF] = radius * CephesMath.sin(theta);
    }
  }

  /** One normal number in double precision, as {@code normal_distribution<double>}. */
  private double scalar() {
    if (!Double.isNaN(spare)) {
      double result = spare;
      spare = Double.NaN;
      return result;
    }
    double u1 = uniformDouble();
    double u2 = uniformDouble();
    double radius = Math.sqrt(-2 * Math.log1p(-u2));
    double theta = 2 * Math.PI * u1;
    spare = radius * Math.sin(theta);
    return radius * Math.cos(theta);
  }

  private double uniformDouble() {
    return (bits.nextLong() & ((1L << 53) - 1)) * 0x1p-53;
  }
}
