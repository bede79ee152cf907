package io.granular.engine.studio.local;

import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.RunOutcome;

/** A worker process that did not start, or ended before it answered. */
final class WorkerException extends Exception {
  private final String remedy;
  private final String log;

  /**
   * @param message what happened, a full sentence
   * @param remedy what to do about it, a full sentence
   * @param log the end of the worker's log
   */
  WorkerException(String message, String remedy, String log) {
    super(message);
    this.remedy = remedy;
    this.log = log;
  }

  /** As the outcome of the run that it ended. */
  RunOutcome.Failed outcome() {
    return new RunOutcome.Failed(String.valueOf(getMessage()), remedy, log);
  }

  /** As the answer to a call that is not a run. */
  EngineException asEngineException() {
    String end = log.isBlank() ? "" : "\nThe worker's log ends with:\n" + log;
    return new EngineException(getMessage() + " " + remedy + end, this);
  }
}
