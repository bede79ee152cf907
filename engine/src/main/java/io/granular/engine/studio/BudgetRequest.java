package io.granular.engine.studio;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.Measure;
import java.util.List;
import java.util.Set;

/**
 * What to measure before budgets can be solved: candidate recipes, in every unit about which they differ.
 *
 * @param candidates built-in recipes, files, or {@code wB} and {@code wB-gN}; empty for the usual ones
 * @param on how and on what to measure; its recipe, measures and modules mean nothing
 */
public record BudgetRequest(List<String> candidates, AnalysisRequest on) {
  public BudgetRequest {
    candidates = List.copyOf(candidates);
  }

  /** The usual candidates, measured by block on single evaluations: what a window can wait for. */
  public static BudgetRequest quick(String model) {
    return new BudgetRequest(List.of(), AnalysisRequest.quick(model, ""));
  }

  /** The analysis of one candidate. */
  public AnalysisRequest of(String recipe, List<String> modules) {
    return new AnalysisRequest(on.model(), on.config(), recipe, Set.of(Measure.SENSITIVITY),
        on.by(), modules, on.quick(), on.prompts(), on.promptCount(), on.seeds(), on.steps(),
        on.guidance(), on.width(), on.height(), on.sampler(), on.calibration(), on.kept(),
        on.threads());
  }
}
