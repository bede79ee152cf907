package io.granular.engine.studio;

import io.granular.engine.save.SaveResult;

/** How saving a model ended. */
public sealed interface SaveOutcome {
  /** The model is there, and was checked. */
  record Finished(SaveResult result) implements SaveOutcome {}

  /** The person cancelled it; nothing is left behind. */
  record Cancelled() implements SaveOutcome {}

  /**
   * It went wrong; nothing is left behind.
   *
   * @param message what happened and where
   * @param remedy what to do about it; empty if unknown
   * @param log the end of the worker's log
   */
  record Failed(String message, String remedy, String log) implements SaveOutcome {}
}
