package io.granular.app.compare;

import io.granular.app.control.Notice;
import io.granular.app.control.ShortcutGroup;
import io.granular.app.fx.Background;
import io.granular.app.fx.Listening;
import io.granular.app.jobs.JobQueue;
import io.granular.app.picture.PictureCache;
import io.granular.app.run.Comparison;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideModel;
import io.granular.app.text.Texts;
import java.util.List;
import java.util.function.Consumer;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;

/** The stage with its toolbar above and the steps below. */
public final class CompareScreen {
  /** Pixels of decoded pictures to keep: 16 of 1024x1024, some 130 MB. */
  private static final long CACHE = 16L << 20;

  private static final double MIN_WIDTH = 620;

  private final StageModel model = new StageModel();
  private final BorderPane root = new BorderPane();
  private final DifferenceCard differenceCard;
  private final StageKeys keys;

  /** Everything wired together. */
  public CompareScreen(Session session, Comparison comparison, JobQueue queue,
      Background background, Texts texts, Consumer<Notice> notices) {
    new StagePictures(model, session, new PictureCache(CACHE), background, texts, notices);
    new Blinking(model);
    Measures measures = new Measures(model, session, comparison.running(), background);
    CompareStage stage = new CompareStage(model, session, texts);
    new StageGestures(stage, model);
    keys = new StageKeys(model, session, comparison, stage);
    differenceCard = new DifferenceCard(measures.metrics(), texts);

    Readout readout = new Readout(model, session, texts);
    ViewOptions options = new ViewOptions(model, texts);
    EmptyStage empty = new EmptyStage(session, comparison, texts);
    StackPane.setAlignment(readout, Pos.BOTTOM_RIGHT);
    StackPane.setAlignment(options, Pos.BOTTOM_LEFT);
    StackPane overlays = new StackPane(options, readout);
    overlays.setPickOnBounds(false);
    overlays.visibleProperty().bind(empty.visibleProperty().not());
    StackPane layers = new StackPane(stage, overlays, empty);
    layers.getStyleClass().add("stage-layers");
    layers.setMinSize(0, 0);

    RunStrip runStrip = new RunStrip(queue, comparison, texts);
    StepSlider stepSlider =
        new StepSlider(model, session, new Divergence(session, background), texts);
    StackPane strip = new StackPane();
    strip.getStyleClass().add("strip");
    Listening.follow(
        () -> strip.getChildren().setAll(comparison.running().get() ? runStrip : stepSlider),
        comparison.running());

    root.setMinWidth(MIN_WIDTH);
    root.setTop(new ViewToolbar(model, stage, session,
        new Scores(measures.metrics(), texts), texts));
    root.setCenter(layers);
    root.setBottom(strip);
    for (Side side : Side.values()) {
      showTheEndOfNewRuns(session.side(side));
    }
  }

  /** The screen. */
  public Node node() {
    return root;
  }

  /** The card with all metrics, to be put beside the stage. */
  public Node differenceCard() {
    return differenceCard;
  }

  /** Its keys. */
  public List<ShortcutGroup> shortcuts() {
    return keys.groups();
  }

  /** To be told about every released key. */
  public void keyReleased(KeyEvent event) {
    keys.released(event);
  }

  /** The open view, as saved sessions name it. */
  public String view() {
    return model.mode().get().key();
  }

  /** Opens a view by its saved name. */
  public void openView(String name) {
    model.show(ViewMode.of(name));
  }

  private void showTheEndOfNewRuns(SideModel side) {
    side.runs().subscribe(() -> model.step().set(Integer.MAX_VALUE));
  }
}
