package io.granular.app.edit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Modules grouped by the parts of their names. Numbers join the part before them
 * ({@code down_blocks.0}) and parts with a single child join that child ({@code to_out.0}), so that
 * no row is there only to be opened.
 */
public sealed interface ModuleTree {
  /** What tells it from its siblings, e.g. {@code down_blocks.0}. */
  String label();

  /** Full name, e.g. {@code unet.down_blocks.0}. */
  String path();

  /** A module. */
  record Leaf(String label, String path) implements ModuleTree {}

  /** All modules whose names begin with {@code path} and a dot. */
  record Group(String label, String path, List<ModuleTree> parts) implements ModuleTree {}

  /** Calls {@code action} for every module in or below this, in order. */
  default void forEachModule(Consumer<String> action) {
    switch (this) {
      case Leaf(_, String path) -> action.accept(path);
      case Group(_, _, List<ModuleTree> parts) -> parts.forEach(part -> part.forEachModule(action));
    }
  }

  /** All modules in or below this, in order. */
  default List<String> modules() {
    List<String> modules = new ArrayList<>();
    forEachModule(modules::add);
    return modules;
  }

  /** Groups full names. */
  static List<ModuleTree> of(Collection<String> names) {
    Part root = new Part();
    for (String name : names) {
      Part at = root;
      for (String part : name.split("\\.", -1)) {
        at = at.children.computeIfAbsent(part, _ -> new Part());
      }
      at.module = true;
    }
    List<ModuleTree> trees = new ArrayList<>();
    root.addTo(trees, "", "");
    return List.copyOf(trees);
  }

  /** A node of the names while they are collected. */
  final class Part {
    private final Map<String, Part> children = new LinkedHashMap<>();
    private boolean module;

    private Part() {}

    private void addTo(List<ModuleTree> siblings, String path, String label) {
      children.forEach((name, child) -> {
        String childPath = path.isEmpty() ? name : path + "." + name;
        String childLabel = label.isEmpty() ? name : label + "." + name;
        if (child.module) {
          siblings.add(new Leaf(childLabel, childPath));
        }
        if (child.joins()) {
          child.addTo(siblings, childPath, childLabel);
        } else if (!child.children.isEmpty()) {
          List<ModuleTree> parts = new ArrayList<>();
          child.addTo(parts, childPath, "");
          siblings.add(new Group(childLabel, childPath, List.copyOf(parts)));
        }
      });
    }

    private boolean joins() {
      return children.size() == 1
          || (!children.isEmpty()
              && children.keySet().stream().allMatch(name -> name.matches("\\d+")));
    }
  }
}
