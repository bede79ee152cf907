package io.granular.app.train;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.control.StatTile;
import io.granular.app.control.StatTile.Tone;
import io.granular.app.fx.Listening;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** What a training will take, before it begins, and the button that begins it. */
final class EstimateCard extends VBox {
  private final Estimating estimating;
  private final BiConsumer<TrainingRequest, TrainingEstimate> begin;
  private final Texts texts;
  private final Numbers numbers;
  private final StatTile time = new StatTile();
  private final StatTile steps = new StatTile();
  private final StatTile memory = new StatTile();
  private final StatTile trained = new StatTile();
  private final Label badge = new Label();
  private final Label disk = new Label();
  private final VBox notes = new VBox(6);
  private final Button start = new Button();
  /** Pressed while what was typed last is still being estimated. */
  private boolean pressed;

  /** @param begin hears the request that was estimated, and its estimate */
  EstimateCard(Estimating estimating, BiConsumer<TrainingRequest, TrainingEstimate> begin,
      Texts texts) {
    this.estimating = estimating;
    this.begin = begin;
    this.texts = texts;
    numbers = texts.numbers();
    setId("train-estimate");
    getStyleClass().addAll("card", "estimate-card");
    Label title = new Label(texts.get("train.estimate"));
    title.getStyleClass().add("card-title");
    badge.setId("train-estimate-state");
    badge.setMinWidth(USE_PREF_SIZE);
    start.setId("train-start");
    start.setText(texts.get("train.start"));
    start.setGraphic(Icons.of(Feather.PLAY));
    start.getStyleClass().addAll("accent", "large");
    start.setMinWidth(USE_PREF_SIZE);
    start.setOnAction(_ -> press());
    disk.getStyleClass().addAll("muted", "caption");
    disk.setWrapText(true);
    disk.setMinHeight(USE_PREF_SIZE);
    HBox heading = new HBox(8, title, badge);
    heading.setAlignment(Pos.CENTER_LEFT);
    HBox end = new HBox(16, disk, new Spacer(), start);
    end.setAlignment(Pos.CENTER_LEFT);
    notes.managedProperty().bind(notes.visibleProperty());
    getChildren().addAll(heading, new HBox(8, time, memory, steps, trained), notes, end);
    Listening.follow(this::update, estimating.state());
  }

  private void press() {
    switch (estimating.state().get()) {
      case EstimateState.Ready(var request, var costs) -> begin.accept(request, costs);
      case EstimateState.Pending() -> pressed = true;
      case EstimateState.Missing _,EstimateState.Refused _ -> {}
    }
  }

  private void update() {
    switch (estimating.state().get()) {
      case EstimateState.Missing(var key) -> refuse(texts.get("train.estimate.missing"),
          "neutral", note(texts.get(key), "plain", Feather.INFO));
      case EstimateState.Pending() -> nothing(texts.get("plan.pending"), "neutral", List.of());
      case EstimateState.Refused(var message) -> refuse(texts.get("train.estimate.refused"),
          "failed", note(message, "error", Feather.ALERT_CIRCLE));
      case EstimateState.Ready(var request, var costs) -> {
        show(costs);
        boolean wanted = pressed && costs.fits();
        pressed = false;
        if (wanted) {
          begin.accept(request, costs);
        }
      }
    }
  }

  private void refuse(String state, String tone, Label why) {
    pressed = false;
    nothing(state, tone, List.of(why));
    start.setDisable(true);
  }

  private void nothing(String state, String tone, List<Label> why) {
    state(state, tone);
    time.show("–", texts.get("train.estimate.time"), Tone.NEUTRAL, "");
    memory.show("–", texts.get("cost.peak"), Tone.NEUTRAL, "");
    steps.show("–", texts.get("train.estimate.steps"), Tone.NEUTRAL, "");
    trained.show("–", texts.get("train.estimate.parameters"), Tone.NEUTRAL, "");
    disk.setText("");
    notes(why);
    start.setDisable(false);
    start.setText(texts.get("train.start"));
  }

  private void show(TrainingEstimate estimate) {
    state(texts.get("train.estimated"), "neutral");
    String basis = texts.format("train.estimate.basis", estimate.basis());
    time.show(about(numbers.seconds(Math.rint(estimate.seconds()))),
        texts.get("train.estimate.time"), Tone.NEUTRAL, basis);
    memory.show(about(numbers.bytes(estimate.peakBytes())),
        texts.format("train.estimate.free", numbers.bytes(estimate.availableBytes())),
        estimate.fits() ? Tone.NEUTRAL : Tone.WORSE, texts.get("train.estimate.memory.hint"));
    steps.show(about(numbers.whole(estimate.steps())),
        Double.isFinite(estimate.secondsPerStep())
            ? texts.format("train.estimate.per-step", numbers.seconds(estimate.secondsPerStep()))
            : texts.get("train.estimate.steps"),
        Tone.NEUTRAL, basis);
    trained.show(numbers.count(estimate.parameters()),
        texts.format("train.estimate.modules", estimate.modules()), Tone.NEUTRAL,
        texts.get("train.estimate.parameters"));
    disk.setText(texts.format("train.estimate.disk", numbers.bytes(estimate.checkpointBytes())));
    List<Label> shown = new ArrayList<>();
    if (!estimate.fits()) {
      shown.add(note(texts.format("train.estimate.too-much", numbers.bytes(estimate.peakBytes()),
          numbers.bytes(estimate.availableBytes())), "warning", Feather.ALERT_TRIANGLE));
    }
    estimate.notes().forEach(text -> shown.add(note(text, "warning", Feather.ALERT_TRIANGLE)));
    notes(shown);
    start.setDisable(false);
    start.setText(texts.get(estimate.fits() ? "train.start" : "train.start.anyway"));
  }

  private String about(String number) {
    return "≈\u00a0" + number;
  }

  private void state(String text, String tone) {
    badge.setText(text);
    badge.getStyleClass().setAll("label", "badge", tone);
  }

  private void notes(List<Label> shown) {
    notes.getChildren().setAll(shown);
    notes.setVisible(!shown.isEmpty());
  }

  private static Label note(String text, String tone, Feather icon) {
    Label note = new Label(text, Icons.of(icon));
    note.setWrapText(true);
    note.setMinHeight(USE_PREF_SIZE);
    note.setMaxWidth(Double.MAX_VALUE);
    note.getStyleClass().addAll("note", tone);
    return note;
  }
}
