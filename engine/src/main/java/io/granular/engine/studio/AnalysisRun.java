package io.granular.engine.studio;

import java.util.concurrent.CompletableFuture;

/** An analysis under way. */
public interface AnalysisRun {
  /** Asks for it to end: politely between evaluations, then by ending its worker process. */
  void cancel();

  /** Completes normally in every case: success, cancellation and failure are all outcomes. */
  CompletableFuture<AnalysisOutcome> outcome();
}
