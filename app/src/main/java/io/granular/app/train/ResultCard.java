package io.granular.app.train;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.control.StatTile;
import io.granular.app.control.StatTile.Tone;
import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.TrainingResult;
import java.util.function.Consumer;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** What came of a training, and what can be done with it. */
final class ResultCard extends VBox {
  private final Training training;
  private final Session session;
  private final Texts texts;
  private final Numbers numbers;
  private final TrainWords words;
  private final Label title = new Label();
  private final Label facts = new Label();
  private final StatTile loss = new StatTile();
  private final StatTile gain = new StatTile();
  private final StatTile steps = new StatTile();
  private final StatTile trained = new StatTile();
  private final TextField folder = new TextField();

  /**
   * @param sides where the trained model is seen beside another
   * @param open works on the trained model from now on
   */
  ResultCard(Training training, TrainedSides sides, Consumer<TrainingResult> open, Session session,
      Texts texts) {
    this.training = training;
    this.session = session;
    this.texts = texts;
    numbers = texts.numbers();
    words = new TrainWords(texts);
    setId("train-result");
    getStyleClass().addAll("card", "result-card");
    title.getStyleClass().add("card-title");
    facts.getStyleClass().addAll("muted", "caption");
    facts.setMinWidth(0);
    Label done = new Label(texts.get("train.done"), Icons.of(Feather.CHECK));
    done.getStyleClass().addAll("badge", "real");
    done.setMinWidth(USE_PREF_SIZE);
    HBox header = new HBox(12, new VBox(2, title, facts), new Spacer(), done);
    header.setAlignment(Pos.CENTER_LEFT);
    folder.setId("train-folder");
    folder.setEditable(false);
    folder.setAccessibleText(texts.get("train.folder"));
    HBox.setHgrow(folder, Priority.ALWAYS);
    Label where = new Label(texts.get("train.folder"));
    where.getStyleClass().add("muted");
    where.setMinWidth(USE_PREF_SIZE);
    where.setLabelFor(folder);
    HBox place = new HBox(12, where, folder);
    place.setAlignment(Pos.CENTER_LEFT);
    Button beside = button("train-compare", "train.compare", Feather.COLUMNS);
    beside.getStyleClass().add("accent");
    beside.setOnAction(_ -> {
      if (training.phase().get() instanceof Phase.Done(var request, var result)) {
        sides.compare(request, result, request.recipe());
      }
    });
    Button exact = button("train-compare-exact", "train.compare.exact", Feather.COLUMNS);
    exact.setOnAction(_ -> {
      if (training.phase().get() instanceof Phase.Done(var request, var result)) {
        sides.compare(request, result, TrainedSides.EXACT);
      }
    });
    Button use = button("train-open", "train.open", Feather.BOX);
    use.setOnAction(_ -> {
      if (training.phase().get() instanceof Phase.Done(_, var result)) {
        open.accept(result);
      }
    });
    Button again = button("train-again", "train.again", Feather.REFRESH_CW);
    again.setOnAction(_ -> training.clear());
    HBox buttons = new HBox(8, beside, exact, use, new Spacer(), again);
    buttons.setAlignment(Pos.CENTER_LEFT);
    getChildren().addAll(header, new HBox(8, loss, gain, steps, trained), place, buttons);
    Listening.follow(this::update, training.phase());
  }

  private void update() {
    if (!(training.phase().get() instanceof Phase.Done(var request, var result))) {
      return;
    }
    title.setText(texts.format("train.job", session.recipeName(request.recipe())));
    facts.setText(words.facts(request));
    loss.show(words.loss(result.best()),
        texts.format("train.tile.held-out.before", words.loss(result.before())), Tone.BETTER,
        texts.get("train.tile.held-out.hint"));
    gain.show(words.change(result.before(), result.best()),
        texts.format("train.tile.best.step", words.loss(result.best()),
            numbers.whole(result.bestStep())),
        Tone.NEUTRAL, texts.get("train.tile.best.hint"));
    steps.show(numbers.seconds(result.seconds()), took(request, result), Tone.NEUTRAL,
        texts.get("train.tile.steps.hint"));
    trained.show(numbers.count(result.parameters()),
        texts.format("train.estimate.modules", result.modules()), Tone.NEUTRAL,
        texts.get("train.estimate.parameters"));
    folder.setText(result.folder().toString());
  }

  /** Where steps were asked for, the estimate of their time can be held to it. */
  private String took(TrainingRequest request, TrainingResult result) {
    String steps = numbers.whole(result.steps());
    boolean guessed = request.length().steps() != null && Double.isFinite(training.estimated());
    return result.stopped() ? texts.format("train.tile.steps.stopped", steps)
        : guessed ? texts.format("train.tile.steps.estimated", steps,
            numbers.seconds(training.estimated()))
            : texts.format("train.tile.steps", steps);
  }

  private Button button(String id, String key, Feather icon) {
    Button button = new Button(texts.get(key), Icons.of(icon));
    button.setId(id);
    button.setMinWidth(USE_PREF_SIZE);
    return button;
  }
}
