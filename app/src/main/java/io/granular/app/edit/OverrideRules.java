package io.granular.app.edit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes overrides of single modules as few rules: a group in which all is overridden alike becomes
 * one rule {@code group.**}. Norms and embeddings below it, which have nothing to quantize, keep the
 * scheme that they had by a rule before it.
 */
final class OverrideRules {
  private final Draft draft;
  private final List<ObjectNode> rules = new ArrayList<>();

  private OverrideRules(Draft draft) {
    this.draft = draft;
  }

  /** The rules to put before the base recipe's. */
  static List<ObjectNode> of(Draft draft) {
    OverrideRules writer = new OverrideRules(draft);
    draft.tree().forEach(writer::write);
    return writer.rules;
  }

  private void write(ModuleTree part) {
    switch (part) {
      case ModuleTree.Leaf(_, String module) -> {
        ObjectNode scheme = draft.overrides().get(module);
        if (scheme != null) {
          add(module, scheme);
        }
      }
      case ModuleTree.Group group -> {
        List<String> modules = group.modules();
        ObjectNode scheme = common(modules);
        if (scheme == null) {
          group.parts().forEach(this::write);
        } else {
          keepOthers(group.path(), modules);
          add(group.path() + ".**", scheme);
        }
      }
    }
  }

  /** The scheme by which every matrix of a group is overridden; null if there is none such. */
  private @Nullable ObjectNode common(List<String> modules) {
    ObjectNode common = null;
    int matrices = 0;
    for (String module : modules) {
      if (draft.editable(module)) {
        ObjectNode scheme = draft.overrides().get(module);
        if (scheme == null || (common != null && !common.equals(scheme))) {
          return null;
        }
        common = scheme;
        matrices++;
      }
    }
    return matrices > 1 ? common : null;
  }

  private void keepOthers(String group, List<String> modules) {
    Set<String> matrixNames = new LinkedHashSet<>();
    Map<ObjectNode, Set<String>> others = new LinkedHashMap<>();
    for (String module : modules) {
      if (draft.editable(module)) {
        matrixNames.add(last(module));
      } else {
        ObjectNode scheme = draft.inherited(module);
        if (!SchemeJson.quantizes(scheme)) {
          others.computeIfAbsent(scheme, _ -> new LinkedHashSet<>()).add(module);
        }
      }
    }
    others.forEach((scheme, kept) -> {
      Set<String> names = new TreeSet<>();
      kept.forEach(module -> names.add(last(module)));
      boolean ambiguous = others.size() > 1 || names.stream().anyMatch(matrixNames::contains);
      if (ambiguous) {
        kept.forEach(module -> add(module, scheme));
      } else {
        String choice = names.size() == 1
            ? names.iterator().next()
            : "{" + String.join(",", names) + "}";
        add(group + ".**." + choice, scheme);
      }
    });
  }

  private void add(String pattern, ObjectNode scheme) {
    ObjectNode rule = JsonNodeFactory.instance.objectNode().put("match", pattern);
    rule.setAll(scheme.deepCopy());
    rules.add(rule);
  }

  private static String last(String module) {
    return module.substring(module.lastIndexOf('.') + 1);
  }
}
