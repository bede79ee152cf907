package io.granular.engine.quant;

import io.granular.engine.quant.Treatments.Gptq;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A layer's weight after its treatments: the layer computes {@code y = x' Q^T + x' right^T left^T + bias} with
 * {@code x' = (x / smooth) H}.
 *
 * @param integers of what rotation, smoothing and the low-rank branch leave
 * @param smooth divisor of each input channel; null for none
 * @param lowRank the branch; null for none
 * @param shift what is to be added to the bias, one per row; null for none
 */
public record TreatedWeight(QuantizedTensor integers, float @Nullable [] smooth,
    @Nullable LowRank lowRank, float @Nullable [] shift) {

  /**
   * Treats a weight; splitting is the caller's.
   *
   * @param weight {@code [rows, channels, taps]}, overwritten
   * @param taps numbers per input channel, a convolution's {@code kh*kw}; 1 for a linear layer
   * @param statistics of the input; may be null if no treatment needs them
   * @throws IllegalArgumentException if statistics are needed and missing or of another layer
   */
  public static TreatedWeight of(float[] weight, int rows, int taps, IntegerScheme scheme,
      Treatments treatments, @Nullable LayerStatistics statistics) {
    int columns = weight.length / rows;
    if (treatments.needStatistics()
        && (statistics == null || statistics.channels() * taps != columns)) {
      throw new IllegalArgumentException("a weight of " + columns
          + " columns needs the statistics of its own input");
    }
    return new Work(weight, rows, columns, taps, scheme, treatments, statistics).done();
  }

  /**
   * The weight that this one stands for, {@code [rows, channels, taps]}, on the layer's own input: what the integers stand
   * for and the low-rank branch, with the rotation and the smoothing undone.
   *
   * @param taps as in {@link #of}
   * @param rotated whether it was rotated
   */
  public float[] restored(int taps, boolean rotated) {
    float[] weight = integers.dequantize();
    int rows = integers.rows();
    int columns = integers.cols();
    if (lowRank != null) {
      lowRank.addTo(weight, rows, columns);
    }
    if (rotated) {
      Hadamard.rotate(weight, rows, columns / taps, taps);
    }
    if (smooth != null) {
      Smoothing.divide(weight, rows, smooth, taps);
    }
    return weight;
  }

  private record Work(float[] weight, int rows, int columns, int taps, IntegerScheme scheme,
      Treatments treatments, @Nullable LayerStatistics statistics) {

    TreatedWeight done() {
      float[] smooth = smooth();
      if (treatments.rotate()) {
        Hadamard.rotate(weight, rows, columns / taps, taps);
      }
      LowRank branch = treatments.lowRank() > 0
          ? LowRank.of(weight, rows, columns, treatments.lowRank())
          : null;
      float[] rest = branch == null ? weight : branch.residual(weight, rows, columns);
      QuantizedTensor integers = integers(rest, smooth);
      return new TreatedWeight(integers, smooth, branch,
          treatments.biasCorrection() ? shift(rest, integers, smooth) : null);
    }

    private float @Nullable [] smooth() {
      Double strength = treatments.smooth();
      if (strength == null) {
        return null;
      }
      float[] smooth = Smoothing.scales(known().largest(), weight, taps, strength);
      Smoothing.multiply(weight, rows, smooth, taps);
      return smooth;
    }

    private QuantizedTensor integers(float[] rest, float @Nullable [] smooth) {
      Gptq gptq = treatments.gptq();
      if (gptq == null) {
        return RangeSearch.quantize(rest, rows, columns, scheme, treatments.clip());
      }
      List<float[]> own = new ArrayList<>();
      int from = 0;
      for (float[] hessian : known().hessians()) {
        float[] block = hessian.clone();
        int channels = LayerStatistics.columns(block) / taps;
        if (smooth != null) {
          Smoothing.divideBothSides(block, Arrays.copyOfRange(smooth, from, from + channels), taps);
        }
        if (treatments.rotate()) {
          // A block holds whole blocks of the rotation.
          Hadamard.rotateBothSides(block, channels, taps, Hadamard.block(columns / taps));
        }
        own.add(block);
        from += channels;
      }
      if (own.isEmpty()) {
        throw new IllegalArgumentException("GPTQ needs the Hessian of the layer's input");
      }
      return ErrorFeedback.quantize(rest, rows, columns, scheme, treatments.clip(), own, gptq);
    }

    /** {@code (W - Q) E[x']}: what rounding takes from the mean of each output. */
    private float[] shift(float[] rest, QuantizedTensor integers, float @Nullable [] smooth) {
      float[] mean = known().mean().clone();
      for (int j = 0; smooth != null && j < mean.length; j++) {
        mean[j] /= smooth[j];
      }
      if (treatments.rotate()) {
        Hadamard.rotate(mean, 1, mean.length, 1);
      }
      float[] rounded = integers.dequantize();
      float[] shift = new float[rows];
      IntStream.range(0, rows).parallel().forEach(row -> {
        double sum = 0;
        for (int k = 0; k < columns; k++) {
          int at = row * columns + k;
          sum += ((double) rest[at] - rounded[at]) * mean[k / taps];
        }
        shift[row] = (float) sum;
      });
      return shift;
    }

    private LayerStatistics known() {
      LayerStatistics known = statistics;
      if (known == null) {
        throw new IllegalArgumentException("this treatment needs statistics of the input");
      }
      return known;
    }
  }
}
