package io.granular.app.calibrate;

import atlantafx.base.controls.Spacer;
import io.granular.app.fx.Listening;
import io.granular.app.jobs.WorkBar;
import io.granular.app.session.PlanState;
import io.granular.app.session.SideModel;
import io.granular.app.text.Texts;
import io.granular.engine.studio.PlanSummary.Ranges;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import org.jspecify.annotations.Nullable;

/** Where a side's static ranges come from, and what calibrates them; not there without static ranges. */
public final class RangesRow extends HBox {
  private final Calibrating calibrating;
  private final Texts texts;
  private final Label state = new Label();

  /**
   * @param place ends the ids: {@code calibrate-PLACE} and {@code ranges-PLACE}
   */
  public RangesRow(Calibrating calibrating, String place, Texts texts) {
    super(8);
    this.calibrating = calibrating;
    this.texts = texts;
    setAlignment(Pos.CENTER_LEFT);
    state.setId("ranges-" + place);
    state.getStyleClass().addAll("muted", "caption");
    state.setMinWidth(0);
    state.visibleProperty().bind(calibrating.work().running().not());
    state.managedProperty().bind(state.visibleProperty());
    WorkBar bar = new WorkBar(calibrating.work(), "calibrate-cancel-" + place,
        texts.get("calibrate.progress"), texts);
    getChildren().addAll(state, bar, new Spacer(),
        new CalibrateButton(calibrating, place, texts));
    managedProperty().bind(visibleProperty());
    SideModel side = calibrating.side();
    Listening.follow(this::update, side.plan());
  }

  private void update() {
    // While it is planned anew, what is shown stays, so that nothing jumps.
    switch (calibrating.side().plan().get()) {
      case PlanState.Pending() -> {
        if (state.getText().isEmpty()) {
          setVisible(false);
        }
      }
      case PlanState.Ready(var plan) -> show(plan.ranges());
      case PlanState.Failed(_) -> show(null);
    }
  }

  private void show(@Nullable Ranges ranges) {
    setVisible(ranges != null);
    if (ranges == null) {
      state.setText("");
      return;
    }
    boolean known = ranges.known() == ranges.layers();
    state.setText(known
        ? texts.format("ranges.known", ranges.samples())
        : texts.format("ranges.unknown", ranges.layers() - ranges.known()));
    state.setTooltip(new Tooltip(known
        ? texts.format("ranges.known.hint", ranges.layers(), ranges.source())
        : texts.get("ranges.unknown.hint")));
  }
}
