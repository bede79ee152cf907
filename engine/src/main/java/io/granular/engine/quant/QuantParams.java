package io.granular.engine.quant;

/**
 * Scale and zero point: {@code x ~ (q - zeroPoint) * scale}. All arithmetic is float32 in the order
 * of torchao's {@code quant_primitives.py}, so that integers agree bit for bit.
 *
 * @param scale size of one integer step, at least {@link #EPS}
 * @param zeroPoint the integer that means 0.0
 */
public record QuantParams(float scale, int zeroPoint) {
  /** The smallest scale: the distance from 1 to the next float, {@code torch.finfo(float32).eps}. */
  public static final float EPS = Math.ulp(1f);

  /**
   * Adding and subtracting {@code 1.5 * 2^23} rounds a float of magnitude below {@code 2^22} half to
   * even, as {@link Math#rint} does, in two instructions that HotSpot vectorises.
   */
  private static final float ROUND = 0x1.8p23f;

  /**
   * Parameters for numbers that lie within {@code min..max}, as torchao's
   * {@code choose_qparams_affine}. The range is widened to contain zero.
   *
   * @throws IllegalArgumentException if an end is not finite, or a range with a zero point is wider
   *           than a float can say
   */
  public static QuantParams choose(float min, float max, Mapping mapping, IntegerRange range) {
    float low = Math.min(min, 0f);
    float high = Math.max(max, 0f);
    boolean wide = mapping == Mapping.ASYMMETRIC && !Float.isFinite(high - low);
    if (!Float.isFinite(min) || !Float.isFinite(max) || wide) {
      throw new IllegalArgumentException(
          "only finite numbers can be quantized, not the range " + min + " to " + max);
    }
    float scale = switch (mapping) {
      case SYMMETRIC -> Math.max(-low, high) / ((range.max() - range.min()) / 2f);
      case SYMMETRIC_NO_CLIPPING_ERR -> Math.max(low / range.min(), high / range.max());
      case ASYMMETRIC -> (high - low) / (range.max() - range.min());
    };
    scale = Math.max(scale, EPS);
    int zeroPoint = switch (mapping) {
      case SYMMETRIC, SYMMETRIC_NO_CLIPPING_ERR -> 0;
      case ASYMMETRIC -> Math.clamp(range.min() - (long) Math.rint(low / scale), range.min(),
          range.max());
    };
    return new QuantParams(scale, zeroPoint);
  }

  /**
   * Quantizes {@code count} numbers: {@code clamp(round(x * (1 / scale)) + zeroPoint)}, ties to even.
   * Clamping comes first here, which gives the same integers because the ends are whole numbers.
   *
   * @param q receives one integer per byte
   */
  public void quantize(float[] x, int from, int count, IntegerRange range, byte[] q, int to) {
    float inverse = 1f / scale;
    float low = range.min() - zeroPoint;
    float high = range.max() - zeroPoint;
    for (int i = 0; i < count; i++) {
      float steps = Math.min(Math.max(x[from + i] * inverse, low), high);
      q[to + i] = (byte) ((int) (steps + ROUND - ROUND) + zeroPoint);
    }
  }

  /** The inverse of {@link #quantize}: {@code (q - zeroPoint) * scale}. */
  public void dequantize(byte[] q, int from, int count, IntegerRange range, float[] x, int to) {
    int mask = range.min() < 0 ? -1 : 0xff;
    for (int i = 0; i < count; i++) {
      x[to + i] = ((q[from + i] & mask) - zeroPoint) * scale;
    }
  }
}
