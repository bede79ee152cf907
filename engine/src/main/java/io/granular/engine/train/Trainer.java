package io.granular.engine.train;

import io.granular.engine.run.RunListener;
import java.util.concurrent.CancellationException;

/** Trains, in the process that holds libtorch. */
@FunctionalInterface
public interface Trainer {
  /**
   * A training.
   *
   * @param request what is asked for
   * @param resumed whether to go on from its last checkpoint
   */
  record Job(TrainingRequest request, boolean resumed) {}

  /** What somebody wants of a training under way; asked between network evaluations, on the training's thread. */
  interface Control {
    /** Wants nothing. */
    Control NONE = new Control() {
      @Override
      public boolean cancelled() {
        return false;
      }

      @Override
      public boolean paused() {
        return false;
      }
    };

    /** Whether it is to end; once it answers true the best so far is written. */
    boolean cancelled();

    /** Whether it is to wait before the next step. */
    boolean paused();
  }

  /**
   * Trains and writes the best that was found.
   *
   * @param listener hears about every step, on the calling thread
   * @throws CancellationException if it was cancelled before anything was better than no training
   * @throws RuntimeException with a message that says what, where and the remedy
   */
  TrainingResult train(Job job, RunListener listener, Control control);
}
