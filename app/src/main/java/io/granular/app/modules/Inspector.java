package io.granular.app.modules;

import io.granular.app.fx.Listening;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.VBox;

/** Everything about what is selected, and its editing. */
final class Inspector extends ScrollPane {
  private final ModulesModel model;
  private final ModuleWords words;
  private final Texts texts;
  private final Label title = new Label();
  private final Label path = new Label();
  private final Label subtitle = new Label();
  private final Label decision = new Label();

  /**
   * @param below further parts, top to bottom
   */
  Inspector(ModulesModel model, ModuleWords words, List<Node> below) {
    this.model = model;
    this.words = words;
    texts = words.texts();
    getStyleClass().addAll("card-scroll", "inspector");
    setFitToWidth(true);
    setHbarPolicy(ScrollBarPolicy.NEVER);
    title.setId("inspector-title");
    title.getStyleClass().add("card-title");
    path.setId("inspector-path");
    path.getStyleClass().addAll("muted", "caption");
    path.setWrapText(true);
    path.setMinHeight(USE_PREF_SIZE);
    subtitle.getStyleClass().addAll("muted", "caption");
    subtitle.setWrapText(true);
    subtitle.setMinHeight(USE_PREF_SIZE);
    subtitle.managedProperty().bind(subtitle.textProperty().isNotEmpty());
    decision.setId("inspector-decision");
    decision.getStyleClass().addAll("muted", "caption");
    decision.setWrapText(true);
    decision.setMinHeight(USE_PREF_SIZE);
    decision.managedProperty().bind(decision.visibleProperty());
    VBox column = new VBox(12, new VBox(4, title, path, subtitle), new SchemeEditor(model, words),
        decision);
    column.getChildren().addAll(below);
    column.getStyleClass().add("inspector-column");
    setContent(column);
    for (Side side : Side.values()) {
      Listening.onChange(this::update, model.editors().of(side).draft());
    }
    Listening.follow(this::update, model.selection(), model.plan(), model.side());
  }

  private void update() {
    List<ModuleRow> selected = model.selection().get();
    decision.setVisible(selected.size() == 1);
    if (selected.isEmpty()) {
      title.setText(texts.get("inspector.nothing"));
      path.setText(texts.get("inspector.nothing.hint"));
      subtitle.setText("");
      return;
    }
    ModuleRow first = selected.getFirst();
    if (selected.size() > 1) {
      title.setText(texts.format("inspector.several", selected.size()));
      path.setText(ModuleWords.wrapping(commonPath(selected)));
      subtitle.setText("");
      return;
    }
    title.setText(shortened(first.path()));
    path.setText(ModuleWords.wrapping(first.path()));
    ModulePlan plan = first.state().get().plan();
    if (plan == null) {
      subtitle.setText("");
      decision.setText("");
      return;
    }
    subtitle.setText(texts.format("inspector.facts", words.kind(plan),
        ModuleWords.shape(plan.shape()), words.numbers().count(plan.parameters()),
        words.bytes(first.state().get())));
    decision.setText(texts.format("inspector.decision." + plan.decision(), plan.kernel(),
        ModuleWords.wrapping(plan.reason())));
  }

  /** The last two parts say which module it is to somebody who sees where it is. */
  private static String shortened(String name) {
    int before = name.lastIndexOf('.', name.lastIndexOf('.') - 1);
    boolean number = before > 0 && Character.isDigit(name.charAt(before + 1));
    return name.substring((number ? name.lastIndexOf('.', before - 1) : before) + 1);
  }

  /** The part of the names that all have. */
  private static String commonPath(List<ModuleRow> rows) {
    String common = rows.getFirst().path();
    for (ModuleRow row : rows) {
      while (!row.path().startsWith(common)) {
        int dot = common.lastIndexOf('.');
        common = dot < 0 ? "" : common.substring(0, dot);
      }
    }
    return common;
  }
}
