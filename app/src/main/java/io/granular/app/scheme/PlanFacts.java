package io.granular.app.scheme;

import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person wants to know about a plan at a glance.
 *
 * @param scheme of most of the quantized bytes, or of most bytes if nothing is quantized; null for
 *     an empty plan
 * @param quantized modules with a quantized weight
 * @param modules all modules with parameters
 * @param simulated modules that compute by quantize-dequantize
 */
record PlanFacts(@Nullable String scheme, int quantized, int modules, int simulated) {
  static PlanFacts of(PlanSummary plan) {
    List<ModulePlan> quantized = plan.modules().stream()
      .filter(module -> module.decision().equals("quantized"))
      .toList();
    int simulated = (int) plan.modules().stream().filter(ModulePlan::simulated).count();
    return new PlanFacts(dominant(quantized.isEmpty() ? plan.modules() : quantized),
      quantized.size(), plan.modules().size(), simulated);
  }

  private static @Nullable String dominant(List<ModulePlan> modules) {
    Map<String, Long> bytes = new LinkedHashMap<>();
    modules.forEach(module -> bytes.merge(module.scheme(), module.bytesBefore(), Long::sum));
    return bytes.entrySet().stream()
      .max(Comparator.comparingLong(Map.Entry::getValue))
      .map(Map.Entry::getKey)
      .orElse(null);
  }
}
