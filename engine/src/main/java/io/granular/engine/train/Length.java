package io.granular.engine.train;

import org.jspecify.annotations.Nullable;

/**
 * How long to train.
 *
 * @param minutes of training itself, pauses not counted; null if {@code steps} says it
 * @param steps how many steps; null if {@code minutes} says it
 */
public record Length(@Nullable Double minutes, @Nullable Integer steps) {
  /** @throws IllegalArgumentException unless exactly one of them is given, and positive */
  public Length {
    if ((minutes == null) == (steps == null)) {
      throw new IllegalArgumentException("training takes so many minutes or so many steps");
    }
    if ((steps != null && steps < 1) || (minutes != null && !(minutes > 0))) {
      throw new IllegalArgumentException("minutes and steps of training are more than 0");
    }
  }

  /** So many minutes. */
  public static Length ofMinutes(double minutes) {
    return new Length(minutes, null);
  }

  /** So many steps. */
  public static Length ofSteps(int steps) {
    return new Length(null, steps);
  }
}
