package io.granular.engine.studio;

import io.granular.engine.analyze.AnalysisResult;
import java.util.List;

/** How the measuring of a budget's candidates ended. */
public sealed interface BudgetOutcome {
  /**
   * Everything is measured.
   *
   * @param sensitivities what budgets are solved from
   * @param analyses where they come from, one per candidate
   */
  record Finished(Sensitivities sensitivities, List<AnalysisResult> analyses)
      implements
        BudgetOutcome {}

  /** The person cancelled it. */
  record Cancelled() implements BudgetOutcome {}

  /**
   * It went wrong.
   *
   * @param message what happened and where
   * @param remedy what to do about it; empty if unknown
   * @param log the end of the worker's log
   */
  record Failed(String message, String remedy, String log) implements BudgetOutcome {}
}
