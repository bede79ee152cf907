package io.granular.app.modules;

import io.granular.app.text.Texts;
import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.List;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.control.TreeTableCell;
import org.jspecify.annotations.Nullable;

/** The kernel as a badge: green a real one, amber a simulation, grey what stays floating point. */
final class KernelCell extends TreeTableCell<ModuleRow, RowState> {
  private final ModuleWords words;
  private final Label badge = new Label();

  KernelCell(ModuleWords words) {
    this.words = words;
    badge.getStyleClass().add("badge");
    getStyleClass().addAll("module-cell", "kernel-cell");
  }

  @Override
  protected void updateItem(@Nullable RowState state, boolean empty) {
    super.updateItem(state, empty);
    setText(null);
    setGraphic(null);
    if (empty || state == null) {
      return;
    }
    Texts texts = words.texts();
    ModulePlan plan = state.plan();
    if (plan == null) {
      setText(state.simulated() == 0
          ? texts.format("modules.count", state.modules())
          : texts.format("modules.count.simulated", state.modules(), state.simulated()));
      return;
    }
    String tone = plan.simulated() ? "simulated"
        : plan.decision().equals("quantized") ? "real" : "neutral";
    badge.getStyleClass().removeAll(List.of("simulated", "real", "neutral"));
    badge.getStyleClass().add(tone);
    badge.setText(plan.simulated()
        ? texts.format("modules.simulated", plan.kernel())
        : plan.kernel());
    badge.setTooltip(new Tooltip(plan.reason()));
    setGraphic(badge);
  }
}
