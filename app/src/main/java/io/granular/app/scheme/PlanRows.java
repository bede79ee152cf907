package io.granular.app.scheme;

import io.granular.app.session.PlanState;
import io.granular.app.text.Texts;
import io.granular.engine.studio.PlanSummary;
import java.util.Map;
import java.util.stream.Collectors;
import javafx.geometry.HPos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;

/** What the plan does to the model, in two or three lines. */
final class PlanRows extends GridPane {
  private final Texts texts;

  PlanRows(Texts texts) {
    this.texts = texts;
    getStyleClass().add("setting-rows");
    ColumnConstraints names = new ColumnConstraints();
    names.setMinWidth(USE_PREF_SIZE);
    ColumnConstraints values = new ColumnConstraints();
    values.setHgrow(Priority.ALWAYS);
    values.setHalignment(HPos.RIGHT);
    getColumnConstraints().setAll(names, values);
  }

  void show(PlanState state) {
    getChildren().clear();
    switch (state) {
      case PlanState.Pending() -> row("plan.weights", texts.get("plan.pending"), "");
      case PlanState.Failed(_) -> row("plan.weights", texts.get("plan.failed"), "");
      case PlanState.Ready(var plan) -> show(plan);
    }
  }

  private void show(PlanSummary plan) {
    PlanFacts facts = PlanFacts.of(plan);
    String kernels = kernelList(plan.kernels());
    row("plan.weights", facts.weights().isEmpty() ? "–" : facts.weights(), kernels);
    if (!facts.activations().isEmpty()) {
      row("plan.activations", facts.activations(), kernels);
    }
    row("plan.quantized", facts.quantized() == 0
        ? texts.get("plan.none")
        : texts.format("plan.modules", facts.quantized(), facts.modules()), kernels);
  }

  private void row(String key, String value, String hint) {
    Label name = new Label(texts.get(key));
    name.getStyleClass().add("muted");
    Label text = new Label(value);
    text.getStyleClass().add("plan-value");
    text.setMinWidth(0);
    if (!hint.isEmpty()) {
      text.setTooltip(new Tooltip(hint));
    }
    addRow(getRowCount(), name, text);
  }

  /** One kernel per line with the number of its modules. */
  static String kernelList(Map<String, Integer> kernels) {
    return kernels.entrySet()
        .stream()
        .map(entry -> entry.getKey() + "  ×" + entry.getValue())
        .collect(Collectors.joining("\n"));
  }
}
