package io.granular.engine.studio;

import io.granular.engine.analyze.AnalysisResult;

/** How an analysis ended. */
public sealed interface AnalysisOutcome {
  /** Everything is measured. */
  record Finished(AnalysisResult result) implements AnalysisOutcome {
    /** The scores of single modules, for tables; of blocks, under the block's name. */
    public Analysis scores() {
      return ModuleScores.of(result);
    }
  }

  /** The person cancelled it. */
  record Cancelled() implements AnalysisOutcome {}

  /**
   * It went wrong.
   *
   * @param message what happened and where
   * @param remedy what to do about it; empty if unknown
   * @param log the end of the worker's log
   */
  record Failed(String message, String remedy, String log) implements AnalysisOutcome {}
}
