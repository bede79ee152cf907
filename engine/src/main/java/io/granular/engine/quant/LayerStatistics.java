package io.granular.engine.quant;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a layer's input from calibration.
 *
 * @param mean of each input channel
 * @param largest magnitude of each input channel
 * @param hessian {@code X^T X} over the layer's input as a matrix {@code [positions, columns]}, row-major, up to a
 *     factor; columns are those of the weight {@code [out, in*kh*kw]}; null where nothing needs it
 */
public record LayerStatistics(float[] mean, float[] largest, float @Nullable [] hessian) {
  public LayerStatistics {
    if (mean.length != largest.length) {
      throw new IllegalArgumentException(
          mean.length + " means and " + largest.length + " magnitudes");
    }
    if (hessian != null) {
      long columns = Math.round(Math.sqrt(hessian.length));
      if (columns * columns != hessian.length || columns % mean.length != 0) {
        throw new IllegalArgumentException("a Hessian of " + hessian.length
            + " numbers does not belong to " + mean.length + " channels");
      }
    }
  }

  /** Number of input channels. */
  public int channels() {
    return mean.length;
  }
}
