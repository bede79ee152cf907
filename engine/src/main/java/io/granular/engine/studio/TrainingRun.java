package io.granular.engine.studio;

import java.util.concurrent.CompletableFuture;

/** A training under way. */
public interface TrainingRun {
  /** Asks for it to end: politely, which keeps the best so far, then by ending its worker process, which keeps nothing. */
  void cancel();

  /** Completes normally in every case: success, cancellation and failure are all outcomes. */
  CompletableFuture<TrainingOutcome> outcome();
}
