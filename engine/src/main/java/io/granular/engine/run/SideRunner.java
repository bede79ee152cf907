package io.granular.engine.run;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Generates one side of a comparison, in the process that holds libtorch. */
public interface SideRunner extends AutoCloseable {
  /**
   * Runs to the end, on the calling thread.
   *
   * @param listener hears about every stage, step and preview, on the calling thread
   * @param cancelled asked between steps
   * @throws CancellationException if {@code cancelled} answered true
   * @throws RuntimeException with a message that says what, where and the remedy
   */
  RunResult run(RunRequest request, RunListener listener, BooleanSupplier cancelled);

  /** Frees networks that were kept for the next run. */
  @Override
  void close();
}
