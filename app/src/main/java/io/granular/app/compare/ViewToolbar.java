package io.granular.app.compare;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Segmented;
import io.granular.app.fx.Listening;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.text.Texts;
import java.util.List;
import java.util.function.Consumer;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import org.jspecify.annotations.Nullable;

/** Above the stage: which view, how far apart, how large. */
final class ViewToolbar extends HBox {
  private static final double SCORES = 264;

  private final StageModel model;
  private final CompareStage stage;
  private final Texts texts;
  private final Scores scores;

  ViewToolbar(StageModel model, CompareStage stage, Session session, Scores scores,
      Texts texts) {
    this.model = model;
    this.stage = stage;
    this.texts = texts;
    this.scores = scores;
    getStyleClass().add("view-toolbar");
    setAlignment(Pos.CENTER_LEFT);
    HBox zoom = zoom(session);
    getChildren().addAll(views(), new Spacer(), scores, zoom);
    Listening.onChange(this::makeRoom, widthProperty());
  }

  /** The metrics give way when there is no room; the card beside the stage has them too. */
  private void makeRoom() {
    double others = getInsets().getLeft() + getInsets().getRight() + 3 * getSpacing()
        + getChildren().getFirst().prefWidth(-1) + getChildren().getLast().prefWidth(-1);
    boolean room = getWidth() - others >= SCORES;
    scores.setVisible(room);
    scores.setManaged(room);
  }

  private Segmented<ViewMode> views() {
    Segmented<ViewMode> views = new Segmented<>(List.of(ViewMode.values()),
        mode -> texts.get("view." + mode.key()), mode -> texts.get("view." + mode.key() + ".hint"));
    views.value().set(model.mode().get());
    views.value().subscribe(mode -> {
      if (mode != null) {
        model.show(mode);
      }
    });
    // While one side is shown alone no view is marked, so that a click on any brings it back.
    Listening.follow(
        () -> views.value().set(model.solo().get() == null ? model.mode().get() : null),
        model.mode(), model.solo());
    return views;
  }

  private HBox zoom(Session session) {
    Button out = button("−", "zoom.out", place -> model.viewport().zoomOut(place));
    Button actual = button("", "zoom.actual", place -> model.viewport().zoomAroundMiddle(place, 1));
    actual.getStyleClass().add("zoom-level");
    Listening.follow(
        () -> actual.setText(stage.placements().isEmpty()
            ? "–"
            : texts.format("zoom.percent", Math.round(model.viewport().scale().get() * 100))),
        model.viewport().scale(), session.side(Side.A).picture(), session.side(Side.B).picture());
    Button in = button("+", "zoom.in", place -> model.viewport().zoomIn(place));
    Button fit = button(texts.get("zoom.fit"), "zoom.fit.hint", _ -> model.viewport().fit());
    out.getStyleClass().add("first");
    fit.getStyleClass().add("last");
    HBox box = new HBox(out, actual, in, fit);
    box.getStyleClass().add("segmented");
    box.setMaxSize(USE_PREF_SIZE, USE_PREF_SIZE);
    return box;
  }

  private Button button(String text, String hint, Consumer<Placement> action) {
    Button button = new Button(text);
    button.setMinWidth(USE_PREF_SIZE);
    button.setTooltip(new Tooltip(texts.get(hint)));
    button.setAccessibleText(texts.get(hint));
    button.setOnAction(_ -> {
      @Nullable
      Placement place = stage.placements().stream().findFirst().orElse(null);
      if (place != null) {
        action.accept(place);
      }
    });
    return button;
  }
}
