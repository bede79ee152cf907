package io.granular.engine.quant;

import java.util.List;

/**
 * What is known of a layer's input from calibration.
 *
 * @param mean of each input channel
 * @param largest magnitude of each input channel
 * @param hessians {@code X^T X} over the layer's input as a matrix {@code [positions, columns]}, row-major, up to a
 *     factor; columns are those of the weight {@code [out, in*kh*kw]}; in one block, or in several on the diagonal
 *     ({@link HessianBlocks}); empty where nothing needs it
 */
public record LayerStatistics(float[] mean, float[] largest, List<float[]> hessians) {
  public LayerStatistics {
    hessians = List.copyOf(hessians);
    if (mean.length != largest.length) {
      throw new IllegalArgumentException(
          mean.length + " means and " + largest.length + " magnitudes");
    }
    int columns = hessians.stream().mapToInt(LayerStatistics::columns).sum();
    if (columns % mean.length != 0) {
      throw new IllegalArgumentException("Hessians of " + columns
          + " columns do not belong to " + mean.length + " channels");
    }
  }

  /** With a Hessian in one block. */
  public LayerStatistics(float[] mean, float[] largest, float[] hessian) {
    this(mean, largest, List.of(hessian));
  }

  /** Number of input channels. */
  public int channels() {
    return mean.length;
  }

  /** Columns of a square matrix. */
  static int columns(float[] square) {
    int columns = Math.toIntExact(Math.round(Math.sqrt(square.length)));
    if ((long) columns * columns != square.length) {
      throw new IllegalArgumentException(square.length + " numbers are no square matrix");
    }
    return columns;
  }
}
