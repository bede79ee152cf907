package io.granular.app.modules;

import io.granular.engine.studio.Analysis;

/** Chooses a scheme for every module from what an analysis measured. */
public interface BudgetSource {
  /** What is wanted. */
  sealed interface Goal {
    /** The fewest bytes with an error of at most so much, latent MSE. */
    record Smallest(double error) implements Goal {}

    /** The least error within so many bytes. */
    record Best(long bytes) implements Goal {}
  }

  /**
   * What was found.
   *
   * @param recipe the text of a recipe file
   * @param bytes predicted, of the whole model
   * @param error predicted, latent MSE
   */
  record Answer(String recipe, long bytes, double error) {}

  /** Solves; may take a second. */
  Answer solve(String model, Analysis analysis, Goal goal);
}
