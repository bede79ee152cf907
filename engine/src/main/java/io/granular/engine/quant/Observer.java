package io.granular.engine.quant;

/**
 * How a static range follows from the numbers that calibration saw.
 *
 * @param kind the rule
 * @param percentile for {@code PERCENTILE}, the percent of magnitudes inside the range; else {@link #USUAL_PERCENTILE}
 */
public record Observer(Kind kind, double percentile) {
  /** ONNX Runtime's. */
  public static final double USUAL_PERCENTILE = 99.999;

  /** What is used unless a recipe says otherwise. */
  public static final Observer DEFAULT = of(Kind.HISTOGRAM);

  public Observer {
    if (!(percentile > 50 && percentile <= 100)) {
      throw new IllegalArgumentException(
          "a percentile lies above 50 and up to 100, not at " + percentile);
    }
    if (kind != Kind.PERCENTILE && percentile != USUAL_PERCENTILE) {
      throw new IllegalArgumentException("only the percentile observer takes a percentile");
    }
  }

  /** With the usual percentile. */
  public static Observer of(Kind kind) {
    return new Observer(kind, USUAL_PERCENTILE);
  }

  /** The rules. */
  public enum Kind {
    /** Smallest to largest number seen. */
    MINMAX,
    /** Moving average of each sample's smallest and largest number. */
    MOVING_AVERAGE,
    /** Least squared error, by the search of PyTorch's HistogramObserver. */
    HISTOGRAM,
    /** All but the largest magnitudes, as ONNX Runtime. */
    PERCENTILE,
    /** Least Kullback-Leibler divergence, as ONNX Runtime and TensorRT. */
    ENTROPY,
    /** Least squared error among shrunken copies of the whole range. */
    MSE
  }
}
