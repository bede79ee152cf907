package io.granular.app.edit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A recipe being edited: a base recipe and what single modules override. Immutable, schemes included:
 * none that it hands out may be changed.
 *
 * @param baseId the base as the engine knows it: a built-in id or a path
 * @param base its text
 * @param tree the model's modules
 * @param inheritance what the base does to each module
 * @param matrices modules whose weights can be quantized
 * @param overrides scheme by module, for those that differ from the base
 */
public record Draft(String baseId, RecipeText base, List<ModuleTree> tree,
    Map<String, ObjectNode> inheritance, Set<String> matrices,
    Map<String, ObjectNode> overrides) {
  private static final Set<String> MATRIX_KINDS = Set.of("Conv2d", "Linear");

  /**
   * An unedited recipe.
   *
   * @param plan the base resolved against the model
   */
  static Draft of(String baseId, RecipeText base, PlanSummary plan) {
    Map<String, ObjectNode> inheritance = new HashMap<>();
    for (ModulePlan module : plan.modules()) {
      inheritance.put(module.module(), module.rule() < 0
          ? SchemeJson.keep(module.scheme())
          : base.scheme(module.rule()));
    }
    return new Draft(baseId, base,
        ModuleTree.of(plan.modules().stream().map(ModulePlan::module).toList()), inheritance,
        plan.modules()
            .stream()
            .filter(module -> MATRIX_KINDS.contains(module.kind()))
            .map(ModulePlan::module)
            .collect(Collectors.toSet()),
        Map.of());
  }

  /** Whether a module's scheme can be changed; norms and embeddings have no matrix. */
  public boolean editable(String module) {
    return matrices.contains(module);
  }

  /** What the base recipe does to a module. */
  public ObjectNode inherited(String module) {
    ObjectNode scheme = inheritance.get(module);
    if (scheme == null) {
      throw new IllegalArgumentException("no module " + module);
    }
    return scheme;
  }

  /** What happens to a module. */
  public ObjectNode scheme(String module) {
    ObjectNode override = overrides.get(module);
    return override == null ? inherited(module) : override;
  }

  /** A part of what happens to a module; empty if its scheme has no such part. */
  public String value(String module, Field field) {
    return SchemeJson.read(scheme(module), field);
  }

  /** Whether a part of a module's scheme differs from the base. */
  public boolean overridden(String module, Field field) {
    ObjectNode override = overrides.get(module);
    return override != null
        && !SchemeJson.read(override, field).equals(SchemeJson.read(inherited(module), field));
  }

  /** Whether anything about a module differs from the base. */
  public boolean overridden(String module) {
    return overrides.containsKey(module);
  }

  /** With another value for those of {@code modules} whose schemes have such a part. */
  public Draft with(Collection<String> modules, Field field, String value) {
    Map<String, ObjectNode> changed = new HashMap<>();
    for (String module : modules) {
      if (editable(module)) {
        changed.put(module, SchemeJson.write(scheme(module), field, value));
      }
    }
    return with(changed);
  }

  /** With those modules as the base has them. */
  public Draft reset(Collection<String> modules) {
    Map<String, ObjectNode> changed = new HashMap<>(overrides);
    changed.keySet().removeAll(Set.copyOf(modules));
    return withOverrides(changed);
  }

  /** With exactly these overrides. */
  Draft withOverrides(Map<String, ObjectNode> schemes) {
    return new Draft(baseId, base, tree, inheritance, matrices, Map.copyOf(schemes));
  }

  /** With further schemes; one that equals the base's is no override. */
  Draft with(Map<String, ObjectNode> schemes) {
    Map<String, ObjectNode> all = new LinkedHashMap<>(overrides);
    schemes.forEach((module, scheme) -> {
      if (scheme.equals(inherited(module))) {
        all.remove(module);
      } else {
        all.put(module, scheme);
      }
    });
    return withOverrides(all);
  }

  /** The edited recipe. */
  public RecipeText recipe(String name) {
    return base.with(name, OverrideRules.of(this));
  }
}
