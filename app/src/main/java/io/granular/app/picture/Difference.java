package io.granular.app.picture;

import io.granular.engine.metric.ColourMap;
import io.granular.engine.metric.Differences;

/**
 * How a difference is to be shown.
 *
 * @param kind what is computed
 * @param gain how much of the scale the map spans: its end stands for the full scale / gain
 * @param threshold share of the full scale below which a pixel counts as equal; 0 shows everything
 */
public record Difference(Kind kind, double gain, double threshold) {
  /** The smallest gain. */
  public static final double MIN_GAIN = Differences.MIN_GAIN;
  /** The largest gain. */
  public static final double MAX_GAIN = Differences.MAX_GAIN;

  public Difference {
    gain = Math.clamp(gain, MIN_GAIN, MAX_GAIN);
    threshold = Math.clamp(threshold, 0, 1);
  }

  /** What is computed, each with its colours and the unit of its full scale. */
  public enum Kind {
    /** B minus A by luma, in 8-bit levels. */
    SIGNED(ColourMap.BLUE_WHITE_ORANGE, 255),
    /** The largest difference of a channel, in 8-bit levels. */
    ABSOLUTE(ColourMap.VIRIDIS, 255),
    /** The FLIP error, 0 to 1. */
    FLIP(ColourMap.MAGMA, 1);

    private final ColourMap colours;
    private final double fullScale;

    Kind(ColourMap colours, double fullScale) {
      this.colours = colours;
      this.fullScale = fullScale;
    }

    /** The map from value to colour. */
    public ColourMap colours() {
      return colours;
    }

    /** The largest value there is. */
    public double fullScale() {
      return fullScale;
    }
  }

  /** The value at the end of the map. */
  public double range() {
    return kind.fullScale() / gain;
  }

  /** The threshold in the unit of the scale. */
  public double thresholdValue() {
    return threshold * kind.fullScale();
  }

  /** Of another kind. */
  public Difference withKind(Kind value) {
    return new Difference(value, gain, threshold);
  }

  /** With another gain. */
  public Difference withGain(double value) {
    return new Difference(kind, value, threshold);
  }

  /** With another threshold. */
  public Difference withThreshold(double value) {
    return new Difference(kind, gain, value);
  }
}
