package io.granular.engine.studio;

import io.granular.engine.run.CalibrationResult;

/** How a calibration ended. */
public sealed interface CalibrationOutcome {
  /**
   * The calibration is there.
   *
   * @param result its file is one of Granular's own, to be copied and not changed
   */
  record Finished(CalibrationResult result) implements CalibrationOutcome {}

  /** The person cancelled it. */
  record Cancelled() implements CalibrationOutcome {}

  /**
   * It went wrong.
   *
   * @param message what happened and where
   * @param remedy what to do about it; empty if unknown
   * @param log the end of the worker's log
   */
  record Failed(String message, String remedy, String log) implements CalibrationOutcome {}
}
