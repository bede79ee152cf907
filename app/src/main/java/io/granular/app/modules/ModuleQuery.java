package io.granular.app.modules;

import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which modules to see.
 *
 * @param words each must be in the name, the kind or the shape
 * @param filters each must accept
 */
record ModuleQuery(List<String> words, Set<ModuleFilter> filters) {
  static ModuleQuery of(String search, Set<ModuleFilter> filters) {
    return new ModuleQuery(
        Arrays.stream(normal(search).split("\\s+")).filter(word -> !word.isEmpty()).toList(),
        Set.copyOf(filters));
  }

  /** Whether it leaves anything out. */
  boolean narrows() {
    return !words.isEmpty() || !filters.isEmpty();
  }

  boolean accepts(ModuleRow row, ModuleWords names) {
    RowState state = row.state().get();
    ModulePlan plan = state.plan();
    if (plan == null) {
      return !narrows();
    }
    for (ModuleFilter filter : filters) {
      if (!filter.accepts(plan, state)) {
        return false;
      }
    }
    if (words.isEmpty()) {
      return true;
    }
    String text = normal(row.path() + " " + plan.kind() + " " + names.kind(plan) + " "
        + ModuleWords.shape(plan.shape()));
    return words.stream().allMatch(text::contains);
  }

  /** A multiplication sign is hard to type. */
  private static String normal(String text) {
    return text.toLowerCase(Locale.ROOT).replace('×', 'x');
  }
}
