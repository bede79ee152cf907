package io.granular.app.modules;

import io.granular.app.edit.Draft;
import io.granular.app.edit.Editors;
import io.granular.app.edit.Field;
import io.granular.app.edit.ModuleTree;
import io.granular.app.edit.SideEditor;
import io.granular.app.fx.Listening;
import io.granular.app.session.PlanState;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import io.granular.engine.studio.Analysis;
import io.granular.engine.studio.PlanSummary;
import java.util.List;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableSet;
import org.jspecify.annotations.Nullable;

/** What the screen shows: a side's modules, which of them, and which are selected. JavaFX thread only. */
final class ModulesModel {
  private final Session session;
  private final Editors editors;
  private final ObjectProperty<Side> side = new SimpleObjectProperty<>(Side.B);
  private final ReadOnlyObjectWrapper<List<ModuleRow>> rows =
      new ReadOnlyObjectWrapper<>(List.of());
  private final ReadOnlyObjectWrapper<@Nullable PlanSummary> plan = new ReadOnlyObjectWrapper<>();
  private final StringProperty search = new SimpleStringProperty("");
  private final ObservableSet<ModuleFilter> filters = FXCollections.observableSet();
  private final ObjectProperty<List<ModuleRow>> selection =
      new SimpleObjectProperty<>(List.of());
  private final BooleanProperty heat = new SimpleBooleanProperty();
  private final ReadOnlyBooleanWrapper measured = new ReadOnlyBooleanWrapper();
  private List<ModuleTree> tree = List.of();

  ModulesModel(Session session, Editors editors) {
    this.session = session;
    this.editors = editors;
    for (Side each : Side.values()) {
      SideModel model = session.side(each);
      Listening.onChange(() -> {
        if (side.get() == each) {
          update();
        }
      }, model.plan(), model.analysis(), editors.of(each).draft());
    }
    Listening.follow(this::changeSide, side);
  }

  /** Whose modules. */
  ObjectProperty<Side> side() {
    return side;
  }

  SideModel sideModel() {
    return session.side(side.get());
  }

  SideEditor editor() {
    return editors.of(side.get());
  }

  Editors editors() {
    return editors;
  }

  Session session() {
    return session;
  }

  /** Components, the roots of the tree; replaced only with another model. */
  ReadOnlyObjectProperty<List<ModuleRow>> rows() {
    return rows.getReadOnlyProperty();
  }

  /** The newest plan; null before the first. While another is worked out, the last one stays. */
  ReadOnlyObjectProperty<@Nullable PlanSummary> plan() {
    return plan.getReadOnlyProperty();
  }

  /** Words to look for. */
  StringProperty search() {
    return search;
  }

  /** Chosen filters. */
  ObservableSet<ModuleFilter> filters() {
    return filters;
  }

  /** Selected modules that can be seen, those below selected groups included; in order. */
  ObjectProperty<List<ModuleRow>> selection() {
    return selection;
  }

  /** Whether rows are coloured by sensitivity. */
  BooleanProperty heat() {
    return heat;
  }

  /** Whether modules of the side have been measured. */
  ReadOnlyBooleanProperty measured() {
    return measured.getReadOnlyProperty();
  }

  @Nullable
  Analysis analysis() {
    return sideModel().analysis().get();
  }

  /** Sets a part of the scheme of everything selected. */
  void edit(Field field, String value) {
    editor().edit(names(selection.get()), field, value);
  }

  /** Lets everything selected have what the base recipe says. */
  void reset() {
    editor().reset(names(selection.get()));
  }

  static List<String> names(List<ModuleRow> rows) {
    return rows.stream().map(ModuleRow::path).toList();
  }

  private void changeSide() {
    plan.set(null);
    update();
  }

  private void update() {
    Analysis analysis = analysis();
    measured.set(analysis != null && !analysis.modules().isEmpty());
    Draft draft = editor().draft().get();
    PlanSummary known = sideModel().plan().get() instanceof PlanState.Ready(var ready)
        ? ready
        : plan.get();
    if (draft == null || known == null) {
      plan.set(known);
      return;
    }
    boolean other = !tree.equals(draft.tree());
    List<ModuleRow> shown = other ? ModuleRow.of(draft.tree()) : rows.get();
    new RowStates(draft, known, analysis).update(shown);
    if (other) {
      tree = draft.tree();
      selection.set(List.of());
      rows.set(shown);
    }
    // Last: who hears of it looks at the rows.
    plan.set(known);
  }
}
