package io.granular.engine.studio;

import java.util.concurrent.CompletableFuture;

/** A generation under way. */
public interface Run {
  /** Asks for the run to end: politely between steps, then by ending its worker process. */
  void cancel();

  /** Completes normally in every case: success, cancellation and failure are all outcomes. */
  CompletableFuture<RunOutcome> outcome();
}
