package io.granular.app.train;

import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingRequest;

/** What is known about the cost of a training before it begins. */
sealed interface EstimateState {
  /**
   * A person has to fill something in first.
   *
   * @param key of the text that says what
   */
  record Missing(String key) implements EstimateState {}

  /** It is being worked out. */
  record Pending() implements EstimateState {}

  /**
   * It is there.
   *
   * @param request that was estimated, and is what starts
   */
  record Ready(TrainingRequest request, TrainingEstimate estimate) implements EstimateState {}

  /** It could not be done; the message says why and what to do. */
  record Refused(String message) implements EstimateState {}
}
