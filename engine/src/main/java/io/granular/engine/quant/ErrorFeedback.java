package io.granular.engine.quant;

import io.granular.engine.quant.Treatments.Clip;
import io.granular.engine.quant.Treatments.Gptq;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * GPTQ (Frantar et al. 2022): a weight's rounding error is made up for by the weights not yet rounded, so that the
 * layer's output changes least on the inputs that calibration saw.
 *
 * <p>Computed as LDLQ, which is the same (QuIP, Chee et al. 2023, theorem 6) but needs no inverse: with
 * {@code H = U D U^T}, column k is rounded after adding the errors of the columns before it, each times its entry of U's
 * column k. Scales of groups are those of the weights as they are when their turn comes; with {@code actOrder}, whose
 * columns of a group do not come together, and for whole rows, those of the weights given.
 *
 * <p>A Hessian that is too large to be held as a whole comes in blocks on its diagonal ({@link HessianBlocks}); columns of
 * different blocks then do not make up for each other's errors.
 */
final class ErrorFeedback {
  /** Rows worked on together, so that each row of the factor is fetched once for all of them. */
  private static final int ROWS = 8;
  private static final int ATTEMPTS = 4;
  private static final float MORE_DAMPING = 10;

  private final float[] weight;
  private final int columns;
  private final IntegerScheme scheme;
  private final Clip clip;
  private final int run;
  private final boolean given;
  private final byte[] q;
  private final float[] scale;
  private final int[] zeroPoint;

  /** Consecutive columns, their factor U, and the order in which they are rounded. */
  private record Block(int from, int width, float[] factor, int[] order) {}

  private ErrorFeedback(float[] weight, int rows, int columns, IntegerScheme scheme, Clip clip,
      boolean given) {
    this.weight = weight;
    this.columns = columns;
    this.scheme = scheme;
    this.clip = clip;
    this.run = Math.toIntExact(scheme.granularity().runLength(rows, columns));
    this.given = given || run >= columns;
    this.q = new byte[weight.length];
    this.scale = new float[weight.length / run];
    this.zeroPoint = new int[weight.length / run];
  }

  /**
   * Quantizes a matrix {@code [rows, columns]}.
   *
   * @param hessians blocks on the diagonal, square, of consecutive columns, overwritten; no group of the scheme may lie in
   *     two of them
   * @throws ArithmeticException if no reasonable damping makes a block positive definite
   */
  static QuantizedTensor quantize(float[] weight, int rows, int columns, IntegerScheme scheme,
      Clip clip, List<float[]> hessians, Gptq options) {
    ErrorFeedback feedback =
        new ErrorFeedback(weight, rows, columns, scheme, clip, options.actOrder());
    if (feedback.given) {
      IntStream.range(0, feedback.scale.length).parallel().forEach(feedback::chooseGiven);
    }
    int from = 0;
    for (float[] hessian : hessians) {
      int width = LayerStatistics.columns(hessian);
      if (!feedback.given && (from + width) % feedback.run != 0) {
        throw new IllegalArgumentException("a block that ends at column " + (from + width)
            + " cuts a group of " + feedback.run);
      }
      int[] order = order(hessian, width, options.actOrder());
      float[] factor = options.actOrder() ? permuted(hessian, width, order) : hessian;
      factorize(factor, width, options.damping());
      Block block = new Block(from, width, factor, order);
      IntStream.range(0, Math.ceilDiv(rows, ROWS))
          .parallel()
          .forEach(i -> feedback.rows(block, i * ROWS, Math.min(ROWS, rows - i * ROWS)));
      from += width;
    }
    if (from != columns) {
      throw new IllegalArgumentException(
          "Hessians of " + from + " columns for a weight of " + columns);
    }
    return new QuantizedTensor(rows, columns, feedback.q, feedback.scale, feedback.zeroPoint,
        scheme);
  }

  private static int[] order(float[] hessian, int columns, boolean byInput) {
    IntStream all = IntStream.range(0, columns);
    return byInput
        ? all.boxed()
            .sorted(Comparator.comparingDouble(i -> -hessian[i * columns + i]))
            .mapToInt(Integer::intValue)
            .toArray()
        : all.toArray();
  }

  private static float[] permuted(float[] h, int n, int[] order) {
    float[] p = new float[h.length];
    IntStream.range(0, n).parallel().forEach(i -> {
      for (int j = 0; j < n; j++) {
        p[i * n + j] = h[order[i] * n + order[j]];
      }
    });
    return p;
  }

  private static void factorize(float[] h, int n, double damping) {
    float[] diagonal = new float[n];
    double mean = 0;
    for (int i = 0; i < n; i++) {
      diagonal[i] = h[i * n + i];
      mean += diagonal[i] / n;
    }
    // An input that is always zero leaves every weight equally good; any positive matrix rounds to the nearest.
    float added = (float) (mean > 0 ? mean * damping : 1);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      for (int i = 0; i < n; i++) {
        h[i * n + i] = diagonal[i] + added;
      }
      if (UpperFactor.factor(h, n)) {
        return;
      }
      added *= MORE_DAMPING;
      // Only the upper triangle was touched.
      for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j++) {
          h[i * n + j] = h[j * n + i];
        }
      }
    }
    throw new ArithmeticException("the Hessian of " + n + " columns is not positive definite;"
        + " calibrate on more samples or raise the damping");
  }

  private void chooseGiven(int i) {
    QuantParams params = RangeSearch.choose(weight, i * run, run, scheme, clip);
    scale[i] = params.scale();
    zeroPoint[i] = params.zeroPoint();
  }

  private void rows(Block block, int first, int count) {
    int width = block.width;
    float[] target = new float[count * width];
    for (int r = 0; r < count; r++) {
      for (int k = 0; k < width; k++) {
        target[r * width + k] = weight[(first + r) * columns + block.from + block.order[k]];
      }
    }
    for (int k = 0; k < width; k++) {
      for (int r = 0; r < count; r++) {
        int at = (first + r) * columns + block.from + block.order[k];
        int index = at / run;
        if (!given && at % run == 0) {
          QuantParams params =
              RangeSearch.choose(ahead(block, target, first, r, k), 0, run, scheme, clip);
          scale[index] = params.scale();
          zeroPoint[index] = params.zeroPoint();
        }
        QuantParams params = new QuantParams(scale[index], zeroPoint[index]);
        params.quantize(target, r * width + k, 1, scheme.integers(), q, at);
        float rounded =
            (scheme.integers().decode(q[at]) - params.zeroPoint()) * params.scale();
        float error = weight[at] - rounded;
        int row = r * width;
        int u = k * width;
        for (int j = k + 1; j < width; j++) {
          target[row + j] += error * block.factor[u + j];
        }
      }
    }
  }

  /** A group as it would be rounded if none of its own columns had an error: GPTQ's weights when its turn comes. */
  private float[] ahead(Block block, float[] target, int first, int r, int start) {
    float[] group = new float[run];
    System.arraycopy(target, r * block.width + start, group, 0, run);
    for (int i = 0; i < run; i++) {
      float moved = weight[(first + r) * columns + block.from + start + i] - group[i];
      int u = (start + i) * block.width + start;
      for (int j = i + 1; j < run; j++) {
        group[j] += moved * block.factor[u + j];
      }
    }
    return group;
  }
}
