package io.granular.engine.analyze;

import io.granular.engine.plan.Decision;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Modules that are changed together.
 *
 * @param name what people call it
 * @param modules full names
 * @param bytesSaved stored bytes less those held as planned
 */
record Unit(String name, Set<String> modules, long bytesSaved) {
  /**
   * The units of a recipe, in network order.
   *
   * @param plan of text-to-image
   * @param reference full precision's
   * @throws IllegalArgumentException if a module that is asked for is none of the plan's, or the recipe changes nothing
   */
  static List<Unit> of(AnalysisRequest request, Plan plan, Plan reference) {
    List<ModulePlan> chosen = chosen(request, plan, reference);
    LinkedHashMap<String, List<ModulePlan>> grouped = new LinkedHashMap<>();
    chosen.forEach(module -> grouped
        .computeIfAbsent(request.by().unit(module.name()), _ -> new ArrayList<>())
        .add(module));
    return grouped.entrySet()
        .stream()
        .map(entry -> new Unit(entry.getKey(),
            entry.getValue()
                .stream()
                .map(ModulePlan::name)
                .collect(
                    Collectors.toCollection(LinkedHashSet::new)),
            entry.getValue().stream().mapToLong(m -> m.bytesBefore() - m.cost().total()).sum()))
        .toList();
  }

  private static List<ModulePlan> chosen(AnalysisRequest request, Plan plan, Plan reference) {
    List<ModulePlan> matrices = plan.modules().stream().filter(m -> m.kernel() != null).toList();
    if (!request.modules().isEmpty()) {
      Set<String> asked = Set.copyOf(request.modules());
      List<ModulePlan> found = matrices.stream().filter(m -> asked.contains(m.name())).toList();
      if (found.size() != asked.size()) {
        List<String> unknown = new ArrayList<>(asked);
        found.forEach(m -> unknown.remove(m.name()));
        throw new IllegalArgumentException(
            "The model has no convolutions or linear layers " + unknown + "; granular info lists "
                + "them.");
      }
      return found;
    }
    List<ModulePlan> quantized =
        matrices.stream().filter(m -> m.decision() instanceof Decision.Quantized).toList();
    if (!quantized.isEmpty()) {
      return quantized;
    }
    return matrices.stream()
        .filter(m -> !Objects.equals(m.kernel(),
            reference.kernels(m.network()).get(m.module())))
        .toList();
  }
}
