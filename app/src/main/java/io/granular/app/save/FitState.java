package io.granular.app.save;

import io.granular.engine.save.Fit;

/** What is known of how a side fits into a format. */
sealed interface FitState {
  /** The engine is being asked. */
  record Asking() implements FitState {}

  /** Its answer. */
  record Known(Fit fit) implements FitState {}

  /** It has none, and says why. */
  record Unknown(String message) implements FitState {}
}
