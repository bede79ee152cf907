package io.granular.engine.studio;

import java.util.concurrent.CompletableFuture;

/** The measuring of a budget's candidates under way. */
public interface BudgetRun {
  /** Asks for it to end: politely between evaluations, then by ending its worker process. */
  void cancel();

  /** Completes normally in every case: success, cancellation and failure are all outcomes. */
  CompletableFuture<BudgetOutcome> outcome();
}
