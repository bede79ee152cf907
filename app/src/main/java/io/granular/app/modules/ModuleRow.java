package io.granular.app.modules;

import io.granular.app.edit.ModuleTree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** A row of the table: a module or a group of them. It stays; what it shows changes. */
final class ModuleRow {
  private final String label;
  private final String path;
  private final List<ModuleRow> children;
  private final ReadOnlyObjectWrapper<RowState> state = new ReadOnlyObjectWrapper<>(RowState.NONE);

  private ModuleRow(String label, String path, List<ModuleRow> children) {
    this.label = label;
    this.path = path;
    this.children = List.copyOf(children);
  }

  static List<ModuleRow> of(List<ModuleTree> tree) {
    List<ModuleRow> rows = new ArrayList<>();
    for (ModuleTree part : tree) {
      rows.add(switch (part) {
        case ModuleTree.Leaf(String label, String path) -> new ModuleRow(label, path, List.of());
        case ModuleTree.Group(String label, String path, var parts) ->
          new ModuleRow(label, path, of(parts));
      });
    }
    return rows;
  }

  /** What tells it from its siblings. */
  String label() {
    return label;
  }

  /** Full name. */
  String path() {
    return path;
  }

  /** Whether it stands for several modules. */
  boolean group() {
    return !children.isEmpty();
  }

  /** What is below it; empty for a module. */
  List<ModuleRow> children() {
    return children;
  }

  /** What it shows now. */
  ReadOnlyObjectProperty<RowState> state() {
    return state.getReadOnlyProperty();
  }

  void show(RowState now) {
    state.set(now);
  }

  /** Calls {@code action} for every module in or below this row, in order. */
  void forEachModule(Consumer<ModuleRow> action) {
    if (group()) {
      children.forEach(child -> child.forEachModule(action));
    } else {
      action.accept(this);
    }
  }

  @Override
  public String toString() {
    return label;
  }
}
