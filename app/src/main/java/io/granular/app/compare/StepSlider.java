package io.granular.app.compare;

import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideRun;
import io.granular.app.text.Texts;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** Goes through the steps of both finished runs and shows how far apart they were at each. */
final class StepSlider extends HBox {
  /** The thumb's radius: the curve starts and ends where the thumb's middle does. */
  private static final double THUMB = 8;

  private final StageModel model;
  private final Session session;
  private final Divergence divergence;
  private final Texts texts;
  private final Label title = new Label();
  private final Label detail = new Label();
  private final Slider slider = new Slider(1, 1, 1);
  private final StepCurve curve = new StepCurve();
  private final VBox graph;
  private boolean adjusting;

  StepSlider(StageModel model, Session session, Divergence divergence, Texts texts) {
    this.model = model;
    this.session = session;
    this.divergence = divergence;
    this.texts = texts;
    getStyleClass().add("step-slider");
    setAlignment(Pos.CENTER_LEFT);
    title.setId("step-title");
    slider.setId("steps");
    title.getStyleClass().add("strong");
    detail.getStyleClass().add("muted");
    VBox words = new VBox(4, title, detail);
    words.setAlignment(Pos.CENTER_LEFT);
    words.setMinWidth(172);
    words.setPrefWidth(172);
    slider.setSnapToTicks(true);
    slider.setMajorTickUnit(1);
    slider.setMinorTickCount(0);
    slider.setBlockIncrement(1);
    slider.getStyleClass().add("small");
    slider.setAccessibleText(texts.get("steps.accessible"));
    VBox.setMargin(curve, new Insets(0, THUMB, 0, THUMB));
    VBox.setVgrow(curve, Priority.ALWAYS);
    graph = new VBox(2, curve, slider);
    HBox.setHgrow(graph, Priority.ALWAYS);
    Contributors contributors = new Contributors(session.side(Side.B), model.step(), texts);
    curve.setOnMouseClicked(event -> {
      int steps = Math.max(1, Math.max(steps(Side.A), steps(Side.B)));
      model.step().set(curve.stepAt(event.getX(), steps));
      contributors.show(steps);
    });
    getChildren().addAll(words, graph, contributors);
    Listening.onChange(() -> {
      if (!adjusting) {
        model.step().set((int) Math.rint(slider.getValue()));
      }
    }, slider.valueProperty());
    Listening.follow(this::update, model.step(), divergence.curve(),
        session.side(Side.A).shown(), session.side(Side.B).shown());
  }

  private void update() {
    int steps = Math.max(1, Math.max(steps(Side.A), steps(Side.B)));
    int step = Math.clamp(model.step().get(), 1, steps);
    adjusting = true;
    slider.setMax(steps);
    slider.setValue(step);
    adjusting = false;
    graph.setVisible(steps > 1);
    double[] values = divergence.curve().get();
    curve.show(values);
    curve.mark(step);
    title.setText(steps == 1
        ? texts.get("steps.none")
        : texts.format(step == steps ? "steps.final" : "steps.at", step, steps));
    detail.setText(step <= values.length
        ? texts.format("steps.distance", texts.numbers().fixed(values[step - 1], 2))
        : texts.get(steps == 1 ? "steps.none.hint" : "steps.one-side"));
  }

  private int steps(Side side) {
    SideRun shown = session.side(side).shown().get();
    return shown == null ? 0 : shown.steps();
  }
}
