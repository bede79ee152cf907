package io.granular.engine.studio;

import io.granular.engine.analyze.AnalysisResult;
import io.granular.engine.analyze.AnalysisResult.UnitScore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of candidate recipes; with it budgets of a model can be solved.
 *
 * @param model as in a run's request
 * @param config as in a run's request
 * @param calibration ranges of static schemes; null for none
 * @param error what errors are of: {@code latents} or {@code prediction}
 * @param signal mean square of what errors were measured on; an error divided by it is relative
 * @param candidates in the order asked for; what no unit is about stays as the first one says
 */
public record Sensitivities(String model, @Nullable Path config, @Nullable Path calibration,
    String error, double signal, List<Candidate> candidates) {
  public Sensitivities {
    candidates = List.copyOf(candidates);
  }

  /**
   * A candidate with what was measured of it.
   *
   * @param name shown to people
   * @param recipe text of its file
   * @param units modules of each unit, by its name
   * @param rest error measured with this recipe everywhere but in the units
   * @param whole error measured with this recipe everywhere
   * @param errors measured with this recipe in one unit alone, by unit
   */
  public record Candidate(String name, String recipe, Map<String, List<String>> units, double rest,
      double whole, Map<String, Double> errors) {
    /** From an analysis that measured sensitivities. */
    public static Candidate of(String name, AnalysisResult result) {
      Map<String, List<String>> units = new LinkedHashMap<>();
      Map<String, Double> errors = new LinkedHashMap<>();
      for (UnitScore unit : result.units()) {
        if (unit.sensitivity() != null) {
          units.put(unit.unit(), unit.modules());
          errors.put(unit.unit(), unit.sensitivity().error().mean());
        }
      }
      if (errors.isEmpty() || result.rest() == null) {
        throw new IllegalArgumentException("The analysis of " + name + " has no sensitivities.");
      }
      return new Candidate(name, result.recipeJson(), units, result.rest().error().mean(),
          result.total().error().mean(), errors);
    }
  }
}
