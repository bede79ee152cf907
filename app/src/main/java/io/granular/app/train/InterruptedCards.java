package io.granular.app.train;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import io.granular.engine.train.UnfinishedTraining;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** Trainings that were interrupted, each to be resumed or thrown away; not there if there are none. */
final class InterruptedCards extends VBox {
  private final Interrupted interrupted;
  private final Training training;
  private final Session session;
  private final Texts texts;
  private final TrainWords words;

  InterruptedCards(Interrupted interrupted, Training training, Session session, Texts texts) {
    super(8);
    this.interrupted = interrupted;
    this.training = training;
    this.session = session;
    this.texts = texts;
    words = new TrainWords(texts);
    setId("train-interrupted");
    managedProperty().bind(visibleProperty());
    Listening.follow(this::update, interrupted.all());
    // They have names only once they are read.
    session.recipes().subscribe(this::update);
  }

  private void update() {
    setVisible(!interrupted.all().get().isEmpty());
    getChildren().setAll(interrupted.all().get().stream().map(this::card).toList());
  }

  private Node card(UnfinishedTraining one) {
    UnfinishedTraining.Progress progress = one.progress();
    Label title = new Label(
        texts.format("train.unfinished", session.recipeName(one.request().recipe())));
    title.getStyleClass().add("card-title");
    title.setMinWidth(0);
    Label how = new Label(words.facts(one.request()));
    Label far = new Label(texts.format("train.unfinished.progress",
        texts.numbers().percent(progress.done()), texts.numbers().whole(progress.step()),
        progress.bestStep() == 0
            ? texts.get("train.tile.best.none")
            : words.gain(progress.before(), progress.best())));
    Label where = new Label(texts.format("train.unfinished.saved",
        DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
            .withLocale(texts.locale())
            .withZone(ZoneId.systemDefault())
            .format(one.saved()),
        texts.numbers().bytes(one.bytes())));
    where.setTooltip(new Tooltip(one.folder().toString()));
    for (Label label : new Label[]{how, far, where}) {
      label.getStyleClass().addAll("muted", "caption");
      label.setMinWidth(0);
    }
    ProgressBar bar = new ProgressBar(progress.done());
    bar.setMaxWidth(Double.MAX_VALUE);
    bar.setAccessibleText(texts.get("train.progress"));
    Button resume = new Button(texts.get("train.unfinished.resume"), Icons.of(Feather.PLAY));
    resume.getStyleClass().addAll("accent", "train-resume");
    resume.setMinWidth(USE_PREF_SIZE);
    resume.setOnAction(_ -> training.resume(one.folder(), one.request()));
    Button discard = Icons.button(new Button(), Feather.TRASH_2,
        texts.format("train.unfinished.discard", texts.numbers().bytes(one.bytes())));
    discard.getStyleClass().add("train-discard");
    Button really = new Button(
        texts.format("train.unfinished.discard", texts.numbers().bytes(one.bytes())),
        Icons.of(Feather.TRASH_2));
    really.getStyleClass().addAll("danger", "train-discard-really");
    really.setMinWidth(USE_PREF_SIZE);
    really.setOnAction(_ -> interrupted.discard(one.folder()));
    Button keep = new Button(texts.get("train.unfinished.keep"));
    keep.setMinWidth(USE_PREF_SIZE);
    HBox buttons = new HBox(8, resume, discard);
    buttons.setAlignment(Pos.CENTER_RIGHT);
    // Checkpoints cannot be brought back, so it takes two presses.
    discard.setOnAction(_ -> {
      buttons.getChildren().setAll(keep, really);
      keep.requestFocus();
    });
    keep.setOnAction(_ -> buttons.getChildren().setAll(resume, discard));
    HBox header = new HBox(12, new VBox(2, title, how, far, where), new Spacer(), buttons);
    header.setAlignment(Pos.CENTER_LEFT);
    VBox card = new VBox(header, bar);
    card.getStyleClass().add("card");
    return card;
  }
}
