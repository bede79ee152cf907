package io.granular.engine.train;

import io.granular.engine.run.RunListener;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Trains, in the process that holds libtorch. */
@FunctionalInterface
public interface Trainer {
  /**
   * Trains and writes the best that was found.
   *
   * @param listener hears about every step, on the calling thread
   * @param cancelled asked between network evaluations; once it answers true the best so far is written
   * @throws CancellationException if {@code cancelled} answered true before anything was better than no training
   * @throws RuntimeException with a message that says what, where and the remedy
   */
  TrainingResult train(TrainingRequest request, RunListener listener, BooleanSupplier cancelled);
}
