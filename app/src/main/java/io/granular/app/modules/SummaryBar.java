package io.granular.app.modules;

import atlantafx.base.controls.Spacer;
import io.granular.app.fx.Listening;
import io.granular.app.session.PlanState;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.studio.PlanSummary;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;

/** What the edited recipe costs, all of it estimated, and how much of it is simulated. */
final class SummaryBar extends HBox {
  private final ModulesModel model;
  private final Texts texts;
  private final Numbers numbers;
  private final Label bytes = value("summary-bytes");
  private final Label peak = value("summary-peak");
  private final Label quantized = value("summary-quantized");
  private final Label simulated = new Label();
  private final Label state = new Label();

  SummaryBar(ModulesModel model, Texts texts) {
    this.model = model;
    this.texts = texts;
    numbers = texts.numbers();
    getStyleClass().add("summary-bar");
    setAlignment(Pos.CENTER_LEFT);
    simulated.setId("summary-simulated");
    simulated.getStyleClass().add("badge");
    simulated.setMinWidth(USE_PREF_SIZE);
    state.setMinWidth(0);
    state.setId("summary-state");
    state.getStyleClass().add("muted");
    getChildren().addAll(name("summary.weights"), bytes, name("summary.peak"), peak,
        name("summary.quantized"), quantized, simulated, new Spacer(), state);
    Listening.follow(this::update, model.plan(), model.side());
    for (Side side : Side.values()) {
      Listening.onChange(this::update, model.session().side(side).plan());
    }
  }

  private void update() {
    PlanState now = model.sideModel().plan().get();
    state.getStyleClass().remove("failed");
    switch (now) {
      case PlanState.Pending() -> state.setText(texts.get("summary.pending"));
      case PlanState.Ready(_) -> state.setText(texts.get("summary.estimated"));
      case PlanState.Failed(String message) -> {
        state.setText(message);
        state.setTooltip(new Tooltip(message));
        state.getStyleClass().add("failed");
      }
    }
    PlanSummary plan = model.plan().get();
    if (plan == null) {
      bytes.setText("–");
      peak.setText("–");
      quantized.setText("–");
      simulated.setVisible(false);
      return;
    }
    show(plan);
  }

  private void show(PlanSummary plan) {
    long after = plan.weights() + plan.scales();
    String change = after < plan.bytesBefore()
        ? texts.format("cost.smaller", numbers.times((double) plan.bytesBefore() / after))
        : texts.format("cost.larger",
            numbers.times((double) after / Math.max(1, plan.bytesBefore())));
    bytes.setText(numbers.bytes(plan.bytesBefore()) + " → " + numbers.bytes(after)
        + (after == plan.bytesBefore() ? "" : " · " + change));
    peak.setText(texts.format("summary.peak.estimated", numbers.bytes(plan.estimatedPeakRss())));
    long integers =
        plan.modules().stream().filter(m -> m.decision().equals("quantized")).count();
    quantized.setText(texts.format("plan.modules", integers, plan.modules().size()));
    long imitated = plan.modules().stream().filter(ModulePlan::simulated).count();
    simulated.setVisible(true);
    simulated.getStyleClass().removeAll("real", "simulated");
    simulated.getStyleClass().add(imitated == 0 ? "real" : "simulated");
    simulated.setText(imitated == 0
        ? texts.get("badge.real")
        : texts.format("badge.simulated.count", imitated));
    simulated.setTooltip(new Tooltip(imitated == 0
        ? texts.get("badge.real.hint")
        : texts.format("badge.simulated.hint", imitated)));
  }

  private Label name(String key) {
    Label label = new Label(texts.get(key));
    label.getStyleClass().add("muted");
    label.setMinWidth(USE_PREF_SIZE);
    return label;
  }

  private static Label value(String id) {
    Label label = new Label();
    label.setId(id);
    label.getStyleClass().addAll("strong", "summary-value");
    label.setMinWidth(USE_PREF_SIZE);
    return label;
  }
}
