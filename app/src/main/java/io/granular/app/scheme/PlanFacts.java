package io.granular.app.scheme;

import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a person wants to know about a plan at a glance.
 *
 * @param weights scheme of most of the quantized bytes, or of most bytes if nothing is quantized;
 *     empty for an empty plan
 * @param activations of the same modules; empty if they are not quantized
 * @param quantized modules with a quantized weight
 * @param modules all modules with parameters
 * @param simulated modules that compute by quantize-dequantize
 */
record PlanFacts(String weights, String activations, int quantized, int modules, int simulated) {
  static PlanFacts of(PlanSummary plan) {
    List<ModulePlan> quantized = plan.modules()
        .stream()
        .filter(module -> module.decision().equals("quantized"))
        .toList();
    int simulated = (int) plan.modules().stream().filter(ModulePlan::simulated).count();
    // A scheme's short text names the weights first: "int8 per_axis, dynamic int8 per_token".
    String[] scheme =
        dominant(quantized.isEmpty() ? plan.modules() : quantized).split(", ", 2);
    return new PlanFacts(scheme[0], scheme.length > 1 ? scheme[1] : "", quantized.size(),
        plan.modules().size(), simulated);
  }

  /** One kernel per line with the number of its modules. */
  static String kernelList(Map<String, Integer> kernels) {
    return kernels.entrySet()
        .stream()
        .map(entry -> entry.getKey() + "  ×" + entry.getValue())
        .collect(Collectors.joining("\n"));
  }

  private static String dominant(List<ModulePlan> modules) {
    Map<String, Long> bytes = new LinkedHashMap<>();
    modules.forEach(module -> bytes.merge(module.scheme(), module.bytesBefore(), Long::sum));
    return bytes.entrySet()
        .stream()
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .map(Map.Entry::getKey)
        .orElse("");
  }
}
