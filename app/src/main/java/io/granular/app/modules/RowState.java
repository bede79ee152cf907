package io.granular.app.modules;

import io.granular.app.edit.Field;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a row shows.
 *
 * @param plan of a module; null for a group
 * @param modules how many modules it stands for; 1 for a module
 * @param parameters in all of them
 * @param values by field; absent where no module has such a part
 * @param bytesBefore as stored
 * @param bytesAfter by the plan
 * @param simulated how many of them compute by quantize-dequantize
 * @param overridden how many of them differ from the base recipe
 * @param sqnr mean over the timesteps of the worst module, in dB; NaN if not measured
 * @param sensitivity its own or the largest of its modules, MSE; NaN if not measured
 * @param heat where the sensitivity lies between the model's smallest and largest, 0 to 1 on a
 *     logarithmic scale; NaN if not measured
 */
record RowState(@Nullable ModulePlan plan, int modules, long parameters, Map<Field, Value> values,
    long bytesBefore, long bytesAfter, int simulated, int overridden, double sqnr,
    double sensitivity, double heat) {
  /** Before anything is known. */
  static final RowState NONE =
      new RowState(null, 0, 0, Map.of(), 0, 0, 0, 0, Double.NaN, Double.NaN, Double.NaN);

  /**
   * One part of a scheme.
   *
   * @param value in the recipe's words; empty if its modules differ
   * @param overridden whether it differs from the base recipe in any of its modules
   */
  record Value(String value, boolean overridden) {
    boolean mixed() {
      return value.isEmpty();
    }

    Value and(Value other) {
      return new Value(value.equals(other.value) ? value : "", overridden || other.overridden);
    }
  }
}
