package io.granular.app.modules;

import io.granular.app.edit.Draft;
import io.granular.app.edit.Field;
import io.granular.engine.studio.Analysis;
import io.granular.engine.studio.Analysis.ModuleScore;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Works out what every row shows, modules first, groups from what is below them. */
final class RowStates {
  private final Draft draft;
  private final Map<String, ModulePlan> plans = new HashMap<>();
  private final Map<String, ModuleScore> scores = new HashMap<>();
  private final HeatScale heat;

  RowStates(Draft draft, PlanSummary plan, @Nullable Analysis analysis) {
    this.draft = draft;
    plan.modules().forEach(module -> plans.put(module.module(), module));
    if (analysis != null) {
      analysis.modules().forEach(score -> scores.put(score.module(), score));
    }
    heat = HeatScale.of(scores.values());
  }

  void update(List<ModuleRow> rows) {
    rows.forEach(this::state);
  }

  private RowState state(ModuleRow row) {
    RowState state = row.group()
        ? group(row.path(), row.children().stream().map(this::state).toList())
        : module(row.path());
    row.show(state);
    return state;
  }

  private RowState module(String name) {
    ModulePlan plan = plans.get(name);
    if (plan == null) {
      return RowState.NONE;
    }
    Map<Field, RowState.Value> values = new EnumMap<>(Field.class);
    boolean asPlanned = !draft.editable(name) || plan.decision().equals("skipped");
    for (Field field : Field.values()) {
      String value = !asPlanned ? draft.value(name, field)
          : field == Field.WEIGHTS ? plan.scheme() : "";
      if (!value.isEmpty()) {
        values.put(field, new RowState.Value(value, draft.overridden(name, field)));
      }
    }
    ModuleScore score = scores.get(name);
    double sensitivity = score == null ? Double.NaN : score.sensitivity();
    return new RowState(plan, 1, plan.parameters(), values, plan.bytesBefore(), plan.bytesAfter(),
        plan.simulated() ? 1 : 0, draft.overridden(name) ? 1 : 0, meanSqnr(score), sensitivity,
        heat.of(sensitivity));
  }

  private RowState group(String path, List<RowState> below) {
    Map<Field, RowState.Value> values = new EnumMap<>(Field.class);
    int modules = 0;
    long parameters = 0;
    long before = 0;
    long after = 0;
    int simulated = 0;
    int overridden = 0;
    double sqnr = Double.NaN;
    double sensitivity = Double.NaN;
    for (RowState state : below) {
      state.values().forEach((field, value) -> values.merge(field, value, RowState.Value::and));
      modules += state.modules();
      parameters += state.parameters();
      before += state.bytesBefore();
      after += state.bytesAfter();
      simulated += state.simulated();
      overridden += state.overridden();
      sqnr = least(sqnr, state.sqnr());
      sensitivity = -least(-sensitivity, -state.sensitivity());
    }
    ModuleScore own = scores.get(path);
    if (own != null && !Double.isNaN(own.sensitivity())) {
      // A block that was measured as one.
      sensitivity = own.sensitivity();
    }
    return new RowState(null, modules, parameters, values, before, after, simulated, overridden,
        sqnr, sensitivity, heat.of(sensitivity));
  }

  private static double meanSqnr(@Nullable ModuleScore score) {
    return score == null
        ? Double.NaN
        : Arrays.stream(score.sqnrDb()).average().orElse(Double.NaN);
  }

  /** The smaller one; one that is not known does not count. */
  private static double least(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b);
  }
}
