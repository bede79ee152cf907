package io.granular.engine.quant;

import java.util.stream.IntStream;

/**
 * Quantizes whole matrices as torchao's {@code choose_qparams_affine} followed by
 * {@code quantize_affine} do on float32 (16-bit sources are widened first).
 *
 * <p>Works through the source in chunks that fit a core's cache, several chunks at a time on the
 * calling fork-join pool; besides the result only one chunk per thread is held.
 */
public final class AffineQuantizer {
  private static final int CHUNK = 1 << 16;
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private AffineQuantizer() {}

  /**
   * Quantizes a matrix.
   *
   * @param source {@code rows * cols} numbers in row-major order
   * @param rows output channels of weights, tokens of activations
   * @param cols what one output channel ({@code in*kh*kw}) or token consists of
   * @throws IllegalArgumentException if rows do not divide into the scheme's groups, a number is not
   *           finite, or the matrix has more than about 2^31 elements
   */
  public static QuantizedTensor quantize(FloatReader source, int rows, int cols,
      IntegerScheme scheme) {
    if (rows <= 0 || cols <= 0 || (long) rows * cols > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "a matrix of " + rows + " x " + cols + " numbers cannot be quantized in one piece");
    }
    int run = Math.toIntExact(scheme.granularity().runLength(rows, cols));
    Job job = new Job(source, run, scheme, new byte[rows * cols],
        new float[rows * cols / run], new int[rows * cols / run]);
    if (run <= CHUNK) {
      job.quantizeManyRuns();
    } else {
      job.quantizeLongRuns();
    }
    return new QuantizedTensor(rows, cols, job.q, job.scale, job.zeroPoint, scheme);
  }

  /** Quantizes and dequantizes: the numbers a quantized layer really computes with. */
  public static float[] fakeQuantize(float[] values, int rows, int cols, IntegerScheme scheme) {
    return quantize(FloatReader.of(values), rows, cols, scheme).dequantize();
  }

  /** Quantizes and dequantizes with given parameters, e.g. calibrated ones. */
  public static float[] fakeQuantize(float[] values, QuantParams params, IntegerRange range) {
    byte[] q = new byte[values.length];
    float[] result = new float[values.length];
    params.quantize(values, 0, values.length, range, q, 0);
    params.dequantize(q, 0, values.length, range, result, 0);
    return result;
  }

  private record Job(FloatReader source, int run, IntegerScheme scheme, byte[] q, float[] scale,
      int[] zeroPoint) {

    /** Each chunk holds whole runs, so it is read once. */
    void quantizeManyRuns() {
      int runsPerChunk = CHUNK / run;
      int chunks = Math.ceilDiv(scale.length, runsPerChunk);
      IntStream.range(0, chunks).parallel().forEach(chunk -> {
        int first = chunk * runsPerChunk;
        int count = Math.min(runsPerChunk, scale.length - first);
        float[] x = new float[count * run];
        source.read((long) first * run, x, x.length);
        for (int i = 0; i < count; i++) {
          QuantParams params = choose(first + i, Extent.of(x, i * run, run));
          params.quantize(x, i * run, run, scheme.integers(), q, (first + i) * run);
        }
      });
    }

    /** A run spans chunks, so it is read twice: for its extent, then for its integers. */
    void quantizeLongRuns() {
      int chunks = Math.ceilDiv(run, CHUNK);
      for (int i = 0; i < scale.length; i++) {
        int start = i * run;
        Extent extent = IntStream.range(0, chunks)
            .parallel()
            .mapToObj(chunk -> {
              float[] x = chunk(start, chunk);
              return Extent.of(x, 0, x.length);
            })
            .reduce(Extent.NONE, Extent::and);
        QuantParams params = choose(i, extent);
        IntStream.range(0, chunks).parallel().forEach(chunk -> {
          float[] x = chunk(start, chunk);
          params.quantize(x, 0, x.length, scheme.integers(), q, start + chunk * CHUNK);
        });
      }
    }

    private float[] chunk(int start, int chunk) {
      float[] x = new float[Math.min(CHUNK, run - chunk * CHUNK)];
      source.read((long) start + (long) chunk * CHUNK, x, x.length);
      return x;
    }

    private QuantParams choose(int index, Extent extent) {
      QuantParams params =
          QuantParams.choose(extent.min, extent.max, scheme.mapping(), scheme.integers());
      scale[index] = params.scale();
      zeroPoint[index] = params.zeroPoint();
      return params;
    }
  }

  private record Extent(float min, float max) {
    static final Extent NONE = new Extent(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);

    static Extent of(float[] x, int from, int count) {
      float min = Float.POSITIVE_INFINITY;
      float max = Float.NEGATIVE_INFINITY;
      for (int i = from; i < from + count; i++) {
        min = Math.min(min, x[i]);
        max = Math.max(max, x[i]);
      }
      return new Extent(min, max);
    }

    Extent and(Extent other) {
      return new Extent(Math.min(min, other.min), Math.max(max, other.max));
    }
  }
}
