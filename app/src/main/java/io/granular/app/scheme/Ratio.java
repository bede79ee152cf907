package io.granular.app.scheme;

import io.granular.app.control.StatTile.Tone;

/**
 * How a cost compares with the reference's.
 *
 * @param factor how many times better or worse, at least 1; 0 if there is nothing to compare with
 * @param tone which of the two; neutral within a twentieth, where a second run might say otherwise
 */
record Ratio(double factor, Tone tone) {
  /** Nothing to compare with. */
  static final Ratio UNKNOWN = new Ratio(0, Tone.NEUTRAL);

  private static final double ALIKE = 1.05;

  static Ratio ofBytes(long reference, long value) {
    return of((double) reference, (double) value);
  }

  static Ratio of(double reference, double value) {
    if (!(reference > 0 && value > 0)) {
      return UNKNOWN;
    }
    double factor = Math.max(reference / value, value / reference);
    if (factor < ALIKE) {
      return new Ratio(factor, Tone.NEUTRAL);
    }
    return new Ratio(factor, value < reference ? Tone.BETTER : Tone.WORSE);
  }

  boolean known() {
    return factor > 0;
  }
}
