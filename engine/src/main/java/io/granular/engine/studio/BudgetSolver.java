package io.granular.engine.studio;

/** Solves budgets of one model; runs nothing and is fast enough to follow a slider. Safe for use by several threads. */
public interface BudgetSolver {
  /**
   * The least error within so many bytes of text-to-image's weights and scales.
   *
   * @throws EngineException if even the smallest candidates need more; the message says how much
   */
  BudgetAnswer within(long bytes);

  /**
   * The fewest bytes with an estimated error of no more than this.
   *
   * @throws EngineException if even the best candidates have more; the message says how much
   */
  BudgetAnswer atMost(double error);
}
