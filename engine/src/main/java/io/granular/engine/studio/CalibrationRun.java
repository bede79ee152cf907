package io.granular.engine.studio;

import java.util.concurrent.CompletableFuture;

/** A calibration under way. */
public interface CalibrationRun {
  /** Asks for it to end: politely between evaluations, then by ending its worker process. */
  void cancel();

  /** Completes normally in every case: success, cancellation and failure are all outcomes. */
  CompletableFuture<CalibrationOutcome> outcome();
}
