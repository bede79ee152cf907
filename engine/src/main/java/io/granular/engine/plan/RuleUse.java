package io.granular.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Which rule decides about which module, and which rules turn out to be of no use. */
final class RuleUse {
  private final Recipe recipe;
  private final int[] matched;
  private final int[] decided;
  private final List<String> names = new ArrayList<>();

  RuleUse(Recipe recipe) {
    this.recipe = recipe;
    this.matched = new int[recipe.rules().size()];
    this.decided = new int[recipe.rules().size()];
  }

  /** Index of the first rule that matches; counts also the later ones that do. */
  OptionalInt decide(String module) {
    names.add(module);
    OptionalInt first = OptionalInt.empty();
    for (int i = 0; i < matched.length; i++) {
      if (recipe.rules().get(i).match().matches(module)) {
        matched[i]++;
        if (first.isEmpty()) {
          decided[i]++;
          first = OptionalInt.of(i);
        }
      }
    }
    return first;
  }

  /**
   * To be called when every module was asked about.
   *
   * @return notes about rules that match modules but come too late to decide about any
   * @throws BadRecipeException about the first rule that matches nothing and is not optional
   */
  List<String> check() {
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < matched.length; i++) {
      Rule rule = recipe.rules().get(i);
      String place = "rules[" + i + "] (\"" + rule.match() + "\")";
      if (matched[i] == 0 && !rule.optional()) {
        throw new BadRecipeException(recipe.name() + ": " + place,
            "matches no module of this pipeline; the nearest are "
                + String.join(", ", Nearest.to(rule.match(), names, 3))
                + ". Correct the pattern, or add \"optional\": true if only some models have such"
                + " modules");
      }
      if (matched[i] > 0 && decided[i] == 0) {
        notes.add(place + " decides nothing: earlier rules match all of its " + matched[i]
            + " modules");
      }
    }
    return notes;
  }
}
