package io.granular.engine.quant;

import java.util.stream.IntStream;

/**
 * A quantized matrix {@code [rows, cols]}.
 *
 * @param rows output channels of weights, tokens of activations
 * @param cols numbers per row; a convolution's weight is viewed as {@code [out, in*kh*kw]}
 * @param q one integer per byte in row-major order, within {@code scheme.integers()}; use
 *        {@link IntegerRange#decode} because those of an asymmetric scheme are unsigned
 * @param scale one per run of {@code scheme.granularity()}, in row-major order
 * @param zeroPoint as many as scales; all 0 for the symmetric mappings
 * @param scheme how the integers were chosen
 */
public record QuantizedTensor(int rows, int cols, byte[] q, float[] scale, int[] zeroPoint,
    IntegerScheme scheme) {
  public QuantizedTensor {
    long elements = (long) rows * cols;
    long run = scheme.granularity().runLength(rows, cols);
    if (q.length != elements || scale.length * run != elements
        || zeroPoint.length != scale.length) {
      throw new IllegalArgumentException("[" + rows + ", " + cols + "] in runs of " + run
          + " does not fit " + q.length + " integers, " + scale.length + " scales and "
          + zeroPoint.length + " zero points");
    }
  }

  /** The numbers the integers stand for, {@code (q - zeroPoint) * scale}, in row-major order. */
  public float[] dequantize() {
    float[] x = new float[q.length];
    int run = q.length / scale.length;
    IntegerRange range = scheme.integers();
    IntStream.range(0, scale.length)
        .parallel()
        .forEach(i -> new QuantParams(scale[i], zeroPoint[i])
            .dequantize(q, i * run, run, range, x, i * run));
    return x;
  }
}
