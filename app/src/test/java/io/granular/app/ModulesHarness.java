package io.granular.app;

import io.granular.app.control.Choice;
import io.granular.app.control.ChoiceBox;
import io.granular.app.harness.Fx;
import io.granular.app.session.PlanState;
import io.granular.app.session.Side;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.List;
import java.util.Map;
import javafx.scene.control.Button;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeTableColumn;
import javafx.scene.control.TreeTableView;

/** The Modules screen as a person uses it. */
final class ModulesHarness {
  private final StudioHarness studio;

  ModulesHarness(StudioHarness studio) {
    this.studio = studio;
  }

  ModulesHarness open(Side side) {
    // Not by the mouse: in a small window the button may have to be scrolled to.
    Fx.run(() -> studio.find("#edit-" + side, Button.class).fire());
    Fx.settle();
    Fx.await("modules", () -> table().getRoot() != null
        && !table().getRoot().getChildren().isEmpty());
    Fx.settle();
    return this;
  }

  TreeTableView<?> table() {
    return studio.find("#modules", TreeTableView.class);
  }

  /** Opens what is above these rows and selects them, by the labels from the root on. */
  void select(String... rows) {
    Fx.run(() -> {
      table().getSelectionModel().clearSelection();
      for (String row : rows) {
        TreeItem<?> item = item(row);
        select(item);
      }
    });
    Fx.settle();
  }

  private <T> void select(TreeItem<T> item) {
    @SuppressWarnings("unchecked")
    TreeTableView<T> table = (TreeTableView<T>) table();
    for (TreeItem<T> at = item.getParent(); at != null; at = at.getParent()) {
      at.setExpanded(true);
    }
    table.getSelectionModel().select(table.getRow(item));
    table.scrollTo(Math.max(0, table.getRow(item) - 5));
  }

  /** The row with this path of labels, e.g. {@code unet/mid_block/resnets.0}; call on the FX thread. */
  private TreeItem<?> item(String row) {
    TreeItem<?> at = table().getRoot();
    for (String label : row.split("/", -1)) {
      TreeItem<?> found = null;
      for (TreeItem<?> child : at.getChildren()) {
        if (String.valueOf(child.getValue()).equals(label)) {
          found = child;
        }
      }
      if (found == null) {
        throw new AssertionError("no row " + label + " in " + row);
      }
      at = found;
    }
    return at;
  }

  /** What a column says in a row; opens what is above it. */
  String cell(String row, String column) {
    return Fx.get(() -> {
      TreeItem<?> item = item(row);
      for (TreeItem<?> at = item.getParent(); at != null; at = at.getParent()) {
        at.setExpanded(true);
      }
      return text(item, column);
    });
  }

  private <T> String text(TreeItem<T> item, String id) {
    @SuppressWarnings("unchecked")
    TreeTableView<T> table = (TreeTableView<T>) table();
    TreeTableColumn<T, ?> column = table.getColumns()
        .stream()
        .filter(each -> each.getId().equals("column-" + id))
        .findFirst()
        .orElseThrow();
    return CellText.of(table, column, item);
  }

  /** The one selected module as the inspector names it. */
  String inspected() {
    return studio.texts("#inspector-path").getFirst().replace("\n", "");
  }

  /** How many modules and groups there are to be seen with everything open. */
  int leaves() {
    return Fx.get(() -> leaves(table().getRoot()));
  }

  private static int leaves(TreeItem<?> item) {
    return item.isLeaf()
        ? item.getValue() == null ? 0 : 1
        : item.getChildren().stream().mapToInt(ModulesHarness::leaves).sum();
  }

  /** Picks a value in a drop-down. */
  void choose(String box, String id) {
    Fx.run(() -> {
      ChoiceBox choices = studio.find("#" + box, ChoiceBox.class);
      choices.setValue(choices.getItems()
          .stream()
          .filter(choice -> id.equals(choice.id()))
          .findFirst()
          .orElseThrow());
    });
    Fx.settle();
  }

  /** What a drop-down shows. */
  String chosen(String box) {
    return Fx.get(() -> {
      Choice choice = studio.find("#" + box, ChoiceBox.class).getValue();
      return choice.name();
    });
  }

  /** The side's plan if it is ready, else an empty one; call on the FX thread. */
  PlanSummary plan(Side side) {
    return studio.session().side(side).plan().get() instanceof PlanState.Ready(var plan)
        ? plan
        : new PlanSummary("", "", List.of(), 0, 0, 0, 0, Map.of());
  }

  /** Waits until the side's plan is one of that recipe file or id. */
  PlanSummary planned(Side side, String recipe) {
    Fx.await("planned " + recipe,
        () -> studio.session().side(side).settings().get().recipe().contains(recipe)
            && studio.session().side(side).plan().get() instanceof PlanState.Ready);
    Fx.settle();
    return Fx
        .get(() -> ((PlanState.Ready) studio.session().side(side).plan().get()).plan());
  }

  static ModulePlan module(PlanSummary plan, String name) {
    return plan.modules()
        .stream()
        .filter(module -> module.module().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static List<ModulePlan> below(PlanSummary plan, String prefix) {
    return plan.modules()
        .stream()
        .filter(module -> module.module().startsWith(prefix))
        .filter(module -> List.of("Conv2d", "Linear").contains(module.kind()))
        .toList();
  }
}
