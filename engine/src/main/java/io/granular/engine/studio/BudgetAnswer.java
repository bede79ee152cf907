package io.granular.engine.studio;

import java.util.List;

/**
 * A recipe chosen from candidates, unit by unit.
 *
 * @param recipe text of its file
 * @param bytes that text-to-image will hold, as its plan says
 * @param error estimated: that of the rest and of each unit alone, added up
 * @param exact whether it is proved that no other choice is better by the estimate
 * @param picks in the order of the units
 */
public record BudgetAnswer(String recipe, long bytes, double error, boolean exact,
    List<Pick> picks) {
  public BudgetAnswer {
    picks = List.copyOf(picks);
  }

  /**
   * What one unit gets.
   *
   * @param unit its name
   * @param candidate whose schemes it gets
   * @param bytes that its modules will hold
   * @param error measured with it alone
   */
  public record Pick(String unit, String candidate, long bytes, double error) {}
}
