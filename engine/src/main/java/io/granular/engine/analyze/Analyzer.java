package io.granular.engine.analyze;

import io.granular.engine.run.RunListener;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Measures which modules matter, in the process that holds libtorch. */
@FunctionalInterface
public interface Analyzer {
  /**
   * Measures, on the calling thread.
   *
   * @param listener hears after every measurement, on the calling thread
   * @param cancelled asked between network evaluations
   * @throws CancellationException if {@code cancelled} answered true
   * @throws RuntimeException with a message that says what, where and the remedy
   */
  AnalysisResult analyze(AnalysisRequest request, RunListener listener, BooleanSupplier cancelled);
}
