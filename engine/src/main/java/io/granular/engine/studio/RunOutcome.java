package io.granular.engine.studio;

import io.granular.engine.run.RunResult;

/** How a run ended. */
public sealed interface RunOutcome {
  /** The picture is there. */
  record Finished(RunResult result) implements RunOutcome {}

  /** The person cancelled it. */
  record Cancelled() implements RunOutcome {}

  /**
   * It went wrong.
   *
   * @param message what happened and where
   * @param remedy what to do about it; empty if unknown
   * @param log the end of the worker's log, for the job list
   */
  record Failed(String message, String remedy, String log) implements RunOutcome {}
}
