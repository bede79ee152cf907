package io.granular.engine.studio;

import io.granular.engine.train.TrainingResult;

/** How a training ended. */
public sealed interface TrainingOutcome {
  /**
   * The trained model is there.
   *
   * @param result says too whether the training was ended early
   */
  record Finished(TrainingResult result) implements TrainingOutcome {}

  /** The person cancelled it before anything was better than no training. */
  record Cancelled() implements TrainingOutcome {}

  /**
   * It went wrong.
   *
   * @param message what happened and where
   * @param remedy what to do about it; empty if unknown
   * @param log the end of the worker's log
   */
  record Failed(String message, String remedy, String log) implements TrainingOutcome {}
}
