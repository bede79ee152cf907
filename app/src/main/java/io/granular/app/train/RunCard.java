package io.granular.app.train;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.control.StatTile;
import io.granular.app.control.StatTile.Tone;
import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Learning;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.studio.TrainingRun.State;
import java.util.Locale;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/** The training under way: how far, how good, how long, and what can be done with it. */
final class RunCard extends VBox {
  private final Training training;
  private final Session session;
  private final Texts texts;
  private final Numbers numbers;
  private final TrainWords words;
  private final Label title = new Label();
  private final Label facts = new Label();
  private final Label badge = new Label();
  private final Label count = new Label();
  private final Label left = new Label();
  private final Label hint = new Label();
  private final ProgressBar bar = new ProgressBar();
  private final Button pause = new Button();
  private final Button stop = new Button();
  private final StatTile heldOut = new StatTile();
  private final StatTile best = new StatTile();
  private final StatTile loss = new StatTile();
  private final StatTile rate = new StatTile();

  RunCard(Training training, Session session, Texts texts) {
    this.training = training;
    this.session = session;
    this.texts = texts;
    numbers = texts.numbers();
    words = new TrainWords(texts);
    setId("train-run");
    getStyleClass().addAll("card", "run-card");
    title.getStyleClass().add("card-title");
    title.setMinWidth(0);
    facts.getStyleClass().addAll("muted", "caption");
    facts.setMinWidth(0);
    badge.setId("train-state");
    badge.setMinWidth(USE_PREF_SIZE);
    for (Label label : new Label[]{count, left}) {
      label.getStyleClass().addAll("muted", "caption");
      label.setMinWidth(USE_PREF_SIZE);
    }
    left.setId("train-left");
    count.setId("train-count");
    hint.getStyleClass().addAll("muted", "caption");
    hint.setWrapText(true);
    hint.setMinHeight(USE_PREF_SIZE);
    bar.setMaxWidth(Double.MAX_VALUE);
    bar.setAccessibleText(texts.get("train.progress"));
    pause.setId("train-pause");
    stop.setId("train-stop");
    for (Button button : new Button[]{pause, stop}) {
      button.setMinWidth(USE_PREF_SIZE);
    }
    stop.setOnAction(_ -> training.stop());
    VBox names = new VBox(2, title, facts);
    HBox header = new HBox(12, names, new Spacer(), badge, pause, stop);
    header.setAlignment(Pos.CENTER_LEFT);
    HBox below = new HBox(12, count, new Spacer(), left);
    getChildren().addAll(header, new VBox(6, bar, below),
        new HBox(8, heldOut, best, loss, rate), hint);
    Listening.follow(this::update, training.phase());
  }

  private void update() {
    if (!(training.phase().get() instanceof Phase.Active active)) {
      return;
    }
    title.setText(texts.format("train.job", session.recipeName(active.request().recipe())));
    facts.setText(words.facts(active.request()));
    buttons(active);
    RunProgress progress = active.progress();
    boolean counted = progress != null && progress.steps() > 0;
    bar.setProgress(progress != null && counted && !active.stopping()
        ? (double) progress.step() / progress.steps()
        : ProgressIndicator.INDETERMINATE_PROGRESS);
    count.setText(progress != null && counted
        ? texts.format("train.count", numbers.whole(progress.step()),
            numbers.whole(progress.steps()))
        : "");
    left.setText(active.stopping() ? "" : left(active.state(), progress));
    tiles(progress == null ? null : progress.learning());
  }

  private void buttons(Phase.Active active) {
    boolean paused = active.state() == State.PAUSED || active.state() == State.PAUSING;
    pause.setText(texts.get(paused ? "train.resume" : "train.pause"));
    pause.setGraphic(Icons.of(paused ? Feather.PLAY : Feather.PAUSE));
    pause.setOnAction(_ -> {
      if (paused) {
        training.goOn();
      } else {
        training.pause();
      }
    });
    pause.setDisable(active.stopping());
    stop.setText(texts.get(active.stopping() ? "train.stop.now" : "train.stop"));
    stop.setGraphic(Icons.of(Feather.SQUARE));
    stop.setTooltip(new Tooltip(
        texts.get(active.stopping() ? "train.stop.now.hint" : "train.stop.hint")));
    badge.setText(state(active));
    badge.getStyleClass()
        .setAll("label", "badge", active.stopping() ? "neutral"
            : paused ? "simulated" : active.state() == State.WAITING ? "neutral" : "running");
    hint.setText(texts.get(active.stopping() ? "train.hint.stopping"
        : paused ? "train.hint.paused"
            : active.state() == State.WAITING ? "train.hint.waiting" : "train.hint.running"));
  }

  private String state(Phase.Active active) {
    if (active.stopping()) {
      return texts.get("train.stopping");
    }
    return switch (active.state()) {
      case WAITING -> texts.get("jobs.waiting");
      case PAUSING -> texts.get("train.pausing");
      case PAUSED -> texts.get("jobs.paused");
      case RUNNING, ENDED -> {
        RunProgress progress = active.progress();
        Stage stage = progress == null || progress.stage() == Stage.PAUSED
            ? Stage.TRAINING
            : progress.stage();
        // Written by what a run writes otherwise: a picture.
        yield stage == Stage.WRITING ? texts.get("train.writing")
            : texts.get("stage." + stage.name().toLowerCase(Locale.ROOT));
      }
    };
  }

  private String left(State state, @Nullable RunProgress progress) {
    if (state == State.WAITING) {
      return "";
    }
    return progress != null && Double.isFinite(progress.remainingSeconds())
        ? texts.format("run.left", numbers.secondsLeft(progress.remainingSeconds()))
        : texts.get("run.left.unknown");
  }

  private void tiles(@Nullable Learning learning) {
    if (learning == null) {
      heldOut.show("–", texts.get("train.tile.held-out"), Tone.NEUTRAL, "");
      best.show("–", texts.get("train.tile.best"), Tone.NEUTRAL, "");
      loss.show("–", texts.get("train.tile.loss"), Tone.NEUTRAL, "");
      rate.show("–", texts.get("train.tile.rate"), Tone.NEUTRAL, "");
      return;
    }
    boolean better = learning.heldOut() < learning.before();
    heldOut.show(words.loss(learning.heldOut()),
        texts.format("train.tile.held-out.before", words.loss(learning.before())),
        better ? Tone.BETTER : learning.heldOut() > learning.before() ? Tone.WORSE : Tone.NEUTRAL,
        texts.get("train.tile.held-out.hint"));
    best.show(learning.bestStep() == 0 ? "–" : words.change(learning.before(), learning.best()),
        learning.bestStep() == 0
            ? texts.get("train.tile.best.none")
            : texts.format("train.tile.best.step", words.loss(learning.best()),
                numbers.whole(learning.bestStep())),
        Tone.NEUTRAL, texts.get("train.tile.best.hint"));
    loss.show(words.loss(learning.loss()), texts.get("train.tile.loss"), Tone.NEUTRAL,
        texts.get("train.tile.loss.hint"));
    rate.show(words.rate(learning.rate()), texts.get("train.tile.rate"), Tone.NEUTRAL,
        texts.format("train.tile.trained", numbers.seconds(learning.trainedSeconds())));
  }
}
