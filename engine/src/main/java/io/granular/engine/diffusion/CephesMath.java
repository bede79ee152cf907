package io.granular.engine.diffusion;

/**
 * Single-precision logarithm, sine and cosine of the Cephes library (Moshier), evaluated with fused
 * multiply-adds exactly where PyTorch's AVX2 build fuses them, so that the last bit agrees too.
 */
final class CephesMath {
  private static final float SQRT_HALF = 0.70710677f;
  private static final float[] LOG = {0.070376836f, -0.1151461f, 0.116769984f,
      -0.12420141f, 0.14249323f, -0.16668057f, 0.20000714f,
      -0.24999994f, 0.3333333f};
  /** ln 2 as the sum of a short and a small number, so that exponent times the first is exact. */
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -0.00021219444f;

  private static final float FOUR_OVER_PI = 1.2732395f;
  /** pi / 4 in three parts, each short enough that multiples of the first two are exact. */
  private static final float[] QUARTER_PI = {0.78515625f, 0.00024187565f,
      3.774895e-8f};
  private static final float[] SIN = {-0.00019515296f, 0.008332161f, -0.16666655f};
  private static final float[] COS = {2.4433157e-5f, -0.0013887316f,
      0.041666646f};

  private CephesMath() {}

  /** Natural logarithm of a normal positive number. */
  static float log(float x) {
    int bits = Float.floatToRawIntBits(x);
    float exponent = (bits >>> 23) - 126;
    float m = Float.intBitsToFloat((bits & 0x807fffff) | 0x3f000000);
    if (m < SQRT_HALF) {
      exponent -= 1;
      m = (m - 1) + m;
    } else {
      m -= 1;
    }
    float square = m * m;
    float y = polynomial(LOG, m) * m;
    y = Math.fma(y, square, exponent * LN2_LOW);
    y = Math.fma(-square, 0.5f, y);
    return Math.fma(exponent, LN2_HIGH, m + y);
  }

  /** Sine of an angle from 0 to some thousands of radians. */
  static float sin(float x) {
    int octant = octant(x);
    float r = reduce(x, octant);
    float y = (octant & 2) == 0 ? sinNearZero(r) : cosNearZero(r);
    return (octant & 4) == 0 ? y : -y;
  }

  /** Cosine of an angle from 0 to some thousands of radians. */
  static float cos(float x) {
    int octant = octant(x);
    float r = reduce(x, octant);
    float y = (octant & 2) == 0 ? cosNearZero(r) : sinNearZero(r);
    return ((octant - 2) & 4) == 0 ? -y : y;
  }

  /** The even octant of the circle whose middle is nearest. */
  private static int octant(float x) {
    return ((int) (x * FOUR_OVER_PI) + 1) & ~1;
  }

  private static float reduce(float x, int octant) {
    float r = x;
    for (float part : QUARTER_PI) {
      r = Math.fma(octant, -part, r);
    }
    return r;
  }

  private static float sinNearZero(float r) {
    return Math.fma(polynomial(SIN, r * r) * (r * r), r, r);
  }

  private static float cosNearZero(float r) {
    float square = r * r;
    return Math.fma(polynomial(COS, square) * square, square, -(square * 0.5f)) + 1;
  }

  private static float polynomial(float[] coefficients, float x) {
    float y = coefficients[0];
    for (int i = 1; i < coefficients.length; i++) {
      y = Math.fma(y, x, coefficients[i]);
    }
    return y;
  }
}
