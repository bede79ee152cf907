package io.granular.app.train;

import io.granular.app.control.Icons;
import io.granular.app.control.Notice;
import io.granular.app.control.Page;
import io.granular.app.fx.Background;
import io.granular.app.fx.Listening;
import io.granular.app.jobs.LongJobs;
import io.granular.app.library.Library;
import io.granular.app.session.Plans;
import io.granular.app.session.Session;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** Quantization-aware training: choose, see what it takes, watch it, use what came of it. */
public final class TrainScreen {
  private static final double SETUP = 360;

  private final Setup setup = new Setup();
  private final Training training;
  private final Interrupted interrupted;
  private final Estimating estimating;
  private final Library library;
  private final SplitPane root = new SplitPane();
  private final VBox body = new VBox(12);
  private final Node explanation;
  private final Node ended;
  private final EstimateCard estimate;
  private final RunCard run;
  private final ResultCard result;
  private final FailureCard failure;
  private final InterruptedCards unfinished;
  private final PreviewCard preview;
  private final Watching watching;

  /** What the screen works with. */
  public record Parts(Session session, Plans plans, Engine engine, Background background,
      LongJobs jobs, Library library) {}

  /**
   * Everything wired together.
   *
   * @param trained folder for trained models that nobody gave a place
   * @param stage shows the pictures
   * @param models shows the models
   */
  public TrainScreen(Parts parts, Path trained, TrainedSides.Stage stage, Runnable models,
      Texts texts,
      Consumer<Notice> notices) {
    Session session = parts.session;
    library = parts.library;
    // Who looks at the screen sees there how it ended.
    training = new Training(session, parts.engine, parts.background, parts.jobs, texts,
        notice -> {
          if (root.getScene() == null) {
            notices.accept(notice);
          }
        });
    interrupted = new Interrupted(parts.engine, parts.background, texts, notices);
    estimating = new Estimating(session, setup, parts.plans, parts.engine, parts.background,
        new NewFolder(trained));
    RecipeChoice recipes = new RecipeChoice(session, setup, texts);
    TrainedSides sides = new TrainedSides(session, library, stage, texts);
    SetupForm form = new SetupForm(setup, recipes, estimating, session, texts);
    estimate = new EstimateCard(estimating,
        (request, costs) -> training.start(request.withPreview(Setup.preview(session)),
            costs.seconds()),
        texts);
    run = new RunCard(training, session, texts);
    result = new ResultCard(training, sides, made -> {
      library.open(made.folder().toString());
      models.run();
    }, session, texts);
    failure = new FailureCard(training, session, texts);
    unfinished = new InterruptedCards(interrupted, training, session, texts);
    preview = new PreviewCard(training.pictures(), parts.background, texts);
    watching = new Watching(new LossChart(training.curve(), texts), preview);
    explanation = explanation(texts);
    ended = ended(texts);
    Page page = new Page(texts.get("nav.train"), texts.get("train.subtitle"));
    page.setBody(body);
    layout(form, page);
    Listening.follow(() -> form.setDisable(training.phase().get() instanceof Phase.Active),
        training.phase());
    Listening.follow(this::show, kind());
    Listening.onChange(this::changed, kind());
    root.sceneProperty().subscribe(scene -> {
      if (scene != null) {
        recipes.suggest();
        // One whose worker had not quite ended at the start is there now.
        interrupted.load(_ -> {});
      }
      estimating.watch(scene != null);
    });
  }

  /** The screen. */
  public Node node() {
    return root;
  }

  /**
   * Looks for trainings that were interrupted.
   *
   * @param then hears of the recipes that they still need; not called if they cannot be read
   */
  public void lookForInterrupted(Consumer<List<String>> then) {
    interrupted.load(
        found -> then.accept(found.stream().map(one -> one.request().recipe()).toList()));
  }

  private void show() {
    preview.expect(training.phase().get() instanceof Phase.Active);
    body.getChildren().setAll(switch (training.phase().get()) {
      case Phase.Idle(boolean after) when after -> List.of(ended, unfinished, estimate);
      case Phase.Idle _ -> List.of(unfinished, estimate, explanation);
      case Phase.Active _ -> List.of(run, watching);
      case Phase.Done _ -> List.of(result, watching);
      case Phase.Failed _ -> List.of(failure, unfinished, estimate);
    });
  }

  /** Folders have been taken, and a training may be left to be resumed. */
  private void changed() {
    if (training.phase().get() instanceof Phase.Active) {
      return;
    }
    if (training.phase().get() instanceof Phase.Done(_, var made)) {
      library.remember(List.of(made.folder().toString()));
    }
    estimating.ask();
    interrupted.load(_ -> {});
  }

  /** The phase, but the same for all reports of a training under way. */
  private ObservableValue<Object> kind() {
    return training.phase()
        .map(phase -> phase instanceof Phase.Active ? Phase.Active.class : phase);
  }

  private void layout(SetupForm form, Page page) {
    ScrollPane settings = new ScrollPane(form);
    settings.setFitToWidth(true);
    settings.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
    settings.getStyleClass().addAll("page-scroll", "train-settings");
    settings.setMinWidth(SETUP - 40);
    settings.setPrefWidth(SETUP);
    settings.setMaxWidth(480);
    SplitPane.setResizableWithParent(settings, false);
    page.setMinWidth(560);
    root.setId("train");
    root.getStyleClass().add("train");
    root.getItems().setAll(settings, page);
    root.setDividerPositions(SETUP / 1264);
  }

  private static Node explanation(Texts texts) {
    VBox steps = new VBox(8);
    steps.getStyleClass().add("train-steps");
    steps.setId("train-explanation");
    Label title = new Label(texts.get("train.empty"), Icons.of(Feather.TRENDING_DOWN));
    title.getStyleClass().add("card-title");
    steps.getChildren().add(title);
    for (int i = 1; i <= 3; i++) {
      Label number = new Label(String.valueOf(i));
      number.getStyleClass().add("step-number");
      Label words = new Label(texts.get("train.empty." + i));
      words.getStyleClass().add("muted");
      words.setWrapText(true);
      HBox row = new HBox(10, number, words);
      row.setAlignment(Pos.CENTER_LEFT);
      steps.getChildren().add(row);
    }
    return steps;
  }

  private static Node ended(Texts texts) {
    Label note = new Label(texts.get("train.ended"), Icons.of(Feather.INFO));
    note.setId("train-ended");
    note.setWrapText(true);
    note.setMaxWidth(Double.MAX_VALUE);
    note.getStyleClass().addAll("note", "plain");
    return note;
  }
}
