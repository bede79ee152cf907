package io.granular.engine.quant;

import java.util.stream.IntStream;

/**
 * Numbers that rounding to the nearest turns into given integers again, with the same scales. They lie in the middle of what
 * rounds to each integer, but for one or two in each run that carry its range.
 */
public final class RoundedBack {
  private final QuantizedTensor tensor;
  private final IntegerRange range;
  private final int run;
  private final float[] weights;

  private RoundedBack(QuantizedTensor tensor) {
    this.tensor = tensor;
    this.range = tensor.scheme().integers();
    this.run = tensor.q().length / tensor.scale().length;
    this.weights = tensor.dequantize();
  }

  /**
   * The numbers, row-major. Where no integer of a run lies at the end of the range, as treatments may leave it, the one
   * nearest to that end is moved there, because the scale could not follow from the numbers otherwise.
   */
  public static float[] weights(QuantizedTensor tensor) {
    RoundedBack back = new RoundedBack(tensor);
    IntStream.range(0, tensor.scale().length).parallel().forEach(back::carry);
    return back.weights;
  }

  private void carry(int i) {
    float scale = tensor.scale()[i];
    int zero = tensor.zeroPoint()[i];
    switch (tensor.scheme().mapping()) {
      case ASYMMETRIC -> {
        // Ranges contain zero, which therefore needs no carrier.
        if (zero > range.min()) {
          weights[extreme(i, false)] = (range.min() - zero) * scale;
        }
        if (zero < range.max()) {
          weights[extreme(i, true)] = (range.max() - zero) * scale;
        }
      }
      case SYMMETRIC -> {
        float end = scale * ((range.max() - range.min()) / 2f);
        for (int k = i * run; k < (i + 1) * run; k++) {
          weights[k] = Math.min(Math.max(weights[k], -end), end);
        }
        int high = extreme(i, true);
        int low = extreme(i, false);
        if (code(high) - range.max() >= range.min() - code(low)) {
          weights[high] = end;
        } else {
          weights[low] = -end;
        }
      }
      case SYMMETRIC_NO_CLIPPING_ERR -> {
        int high = extreme(i, true);
        int low = extreme(i, false);
        if (code(high) - range.max() >= range.min() - code(low)) {
          weights[high] = range.max() * scale;
        } else {
          weights[low] = range.min() * scale;
        }
      }
    }
  }

  /** Where the largest or smallest integer of a run is. */
  private int extreme(int i, boolean largest) {
    int best = i * run;
    for (int k = best; k < (i + 1) * run; k++) {
      if (largest ? code(k) > code(best) : code(k) < code(best)) {
        best = k;
      }
    }
    return best;
  }

  private int code(int k) {
    return range.decode(tensor.q()[k]);
  }
}
