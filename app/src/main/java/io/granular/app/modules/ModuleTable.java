package io.granular.app.modules;

import io.granular.app.fx.Listening;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javafx.collections.ListChangeListener;
import javafx.collections.SetChangeListener;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeTableRow;
import javafx.scene.control.TreeTableView;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The modules as a tree. Searching and filtering replace the tree in one step; what is open and what
 * is selected stays.
 */
final class ModuleTable extends TreeTableView<ModuleRow> {
  private static final PseudoClass TINTED = PseudoClass.getPseudoClass("tinted");
  private static final double ROW = 28;

  private final ModulesModel model;
  private final ModuleWords words;
  private final Set<String> open = new HashSet<>();
  private boolean filling;

  ModuleTable(ModulesModel model, ModuleWords words) {
    this.model = model;
    this.words = words;
    setId("modules");
    getStyleClass().add("module-table");
    setAccessibleText(words.texts().get("modules.table"));
    setShowRoot(false);
    setFixedCellSize(ROW);
    setTableMenuButtonVisible(true);
    setPlaceholder(new Label());
    getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    setRowFactory(_ -> new Row());
    getColumns().setAll(new ModuleColumns(model, words).all());
    getSelectionModel().getSelectedItems()
        .addListener((ListChangeListener<TreeItem<ModuleRow>>) _ -> select());
    Listening.onChange(this::fill, model.search());
    model.filters().addListener((SetChangeListener<ModuleFilter>) _ -> fill());
    Listening.follow(this::start, model.rows());
    Listening.onChange(this::refresh, model.heat());
    Listening.onChange(() -> getColumns().setAll(new ModuleColumns(model, words).all()),
        model.side());
  }

  /** Opens the groups above a module and selects it alone. */
  void reveal(String module) {
    getSelectionModel().clearSelection();
    TreeItem<ModuleRow> found = find(getRoot(), module);
    if (found == null) {
      return;
    }
    for (TreeItem<ModuleRow> at = found.getParent(); at != null; at = at.getParent()) {
      at.setExpanded(true);
    }
    int row = getRow(found);
    getSelectionModel().clearAndSelect(row);
    scrollTo(Math.max(0, row - 3));
  }

  private static @Nullable TreeItem<ModuleRow> find(TreeItem<ModuleRow> item, String path) {
    if (item.getValue() != null && item.getValue().path().equals(path)) {
      return item;
    }
    for (TreeItem<ModuleRow> child : item.getChildren()) {
      TreeItem<ModuleRow> found = find(child, path);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Another model: the U-Net is open, which is what is quantized. */
  private void start() {
    open.clear();
    model.rows()
        .get()
        .stream()
        .map(ModuleRow::path)
        .filter(path -> path.equals("unet"))
        .forEach(open::add);
    fill();
  }

  private void fill() {
    ModuleQuery query = ModuleQuery.of(model.search().get(), model.filters());
    Set<String> selected = new LinkedHashSet<>();
    for (TreeItem<ModuleRow> item : getSelectionModel().getSelectedItems()) {
      if (item != null) {
        selected.add(item.getValue().path());
      }
    }
    TreeItem<ModuleRow> root = new TreeItem<>();
    root.setExpanded(true);
    root.getChildren().setAll(items(model.rows().get(), query));
    filling = true;
    setRoot(root);
    restore(selected);
    filling = false;
    select();
    setPlaceholder(new Label(words.texts()
        .get(model.rows().get().isEmpty() ? "modules.waiting" : "modules.none")));
  }

  private List<TreeItem<ModuleRow>> items(List<ModuleRow> rows, ModuleQuery query) {
    List<TreeItem<ModuleRow>> items = new ArrayList<>();
    for (ModuleRow row : rows) {
      if (row.group()) {
        List<TreeItem<ModuleRow>> below = items(row.children(), query);
        if (!below.isEmpty()) {
          items.add(group(row, below, query.narrows()));
        }
      } else if (query.accepts(row, words)) {
        items.add(new TreeItem<>(row));
      }
    }
    return items;
  }

  private TreeItem<ModuleRow> group(ModuleRow row, List<TreeItem<ModuleRow>> below,
      boolean found) {
    TreeItem<ModuleRow> item = new TreeItem<>(row);
    item.getChildren().setAll(below);
    item.setExpanded(found || open.contains(row.path()));
    item.expandedProperty().subscribe((_, now) -> {
      // What a search opens is not remembered.
      if (!found) {
        if (now) {
          open.add(row.path());
        } else {
          open.remove(row.path());
        }
      }
    });
    return item;
  }

  private void restore(Set<String> selected) {
    List<Integer> rows = IntStream.range(0, selected.isEmpty() ? 0 : getExpandedItemCount())
        .filter(row -> selected.contains(getTreeItem(row).getValue().path()))
        .boxed()
        .toList();
    getSelectionModel().clearSelection();
    if (!rows.isEmpty()) {
      getSelectionModel().selectIndices(rows.getFirst(),
          rows.stream().skip(1).mapToInt(Integer::intValue).toArray());
    }
  }

  /** Only what can be seen is selected: a group stands for those below it that the search found. */
  private void select() {
    if (filling) {
      return;
    }
    Set<ModuleRow> modules = new LinkedHashSet<>();
    for (TreeItem<ModuleRow> item : getSelectionModel().getSelectedItems()) {
      if (item != null) {
        collect(item, modules);
      }
    }
    model.selection().set(List.copyOf(modules));
  }

  private static void collect(TreeItem<ModuleRow> item, Set<ModuleRow> modules) {
    if (item.getValue().group()) {
      item.getChildren().forEach(child -> collect(child, modules));
    } else {
      modules.add(item.getValue());
    }
  }

  /** Colours itself by sensitivity where that is wanted. */
  private final class Row extends TreeTableRow<ModuleRow> {
    private Subscription subscription = Subscription.EMPTY;

    @Override
    protected void updateItem(@Nullable ModuleRow row, boolean empty) {
      super.updateItem(row, empty);
      subscription.unsubscribe();
      subscription = Subscription.EMPTY;
      if (empty || row == null) {
        tint(Double.NaN);
      } else {
        subscription = row.state().subscribe(state -> tint(state.heat()));
      }
    }

    private void tint(double heat) {
      boolean tinted = model.heat().get() && !Double.isNaN(heat);
      pseudoClassStateChanged(TINTED, tinted);
      setStyle(tinted
          ? "-gr-tint: #d55e00%02x;".formatted(Math.round(0x06 + heat * 0x4a))
          : null);
    }
  }
}
