package io.granular.engine.studio;

import java.util.concurrent.CompletableFuture;

/** A training under way. All methods return at once and may be called from any thread. */
public interface TrainingRun {
  /** Where a training stands. */
  enum State {
    /** For its turn. */
    WAITING,
    RUNNING,
    /** Asked to pause; the step under way is finished first and a checkpoint written. */
    PAUSING,
    /** Computes nothing, and holds its memory. */
    PAUSED,
    ENDED
  }

  /**
   * Asks for it to end: politely, which keeps the best so far and takes as long as a step and writing the model do. Asked
   * again, its worker process is ended, which keeps the last checkpoint.
   */
  void cancel();

  /** Asks it to pause. Time paused does not count as training. Nothing happens if it is paused or has ended. */
  void pause();

  /** Lets it go on. Nothing happens if it is not paused. */
  void resume();

  /** Where it stands now; a listener hears of every change by a report of progress. */
  State state();

  /** Completes normally in every case: success, cancellation and failure are all outcomes. */
  CompletableFuture<TrainingOutcome> outcome();
}
