package io.granular.engine.studio;

import java.util.concurrent.CompletableFuture;

/** A model that is being saved. */
public interface SaveRun {
  /** Asks for it to end; nothing is left behind. */
  void cancel();

  /** Completes normally in every case: success, cancellation and failure are all outcomes. */
  CompletableFuture<SaveOutcome> outcome();
}
