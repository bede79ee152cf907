package io.granular.app.compare;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.jobs.Job;
import io.granular.app.jobs.JobQueue;
import io.granular.app.jobs.JobState;
import io.granular.app.jobs.JobWords;
import io.granular.app.run.Comparison;
import io.granular.app.text.Texts;
import java.util.Locale;
import javafx.beans.value.ChangeListener;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/** What is generating now, how far it is, how long it will take, and a way to stop it. */
final class RunStrip extends HBox {
  private final JobQueue queue;
  private final JobWords words;
  private final Texts texts;
  private final Label badge = new Label();
  private final Label title = new Label();
  private final Label stage = new Label();
  private final Label left = new Label();
  private final Label next = new Label();
  private final ProgressBar bar = new ProgressBar();
  private final Button cancel;
  private final ChangeListener<Object> onState = (_, _, _) -> update();

  RunStrip(JobQueue queue, Comparison comparison, Texts texts) {
    this.queue = queue;
    this.texts = texts;
    words = new JobWords(texts);
    getStyleClass().add("run-strip");
    setAlignment(Pos.CENTER_LEFT);
    badge.getStyleClass().add("side-badge");
    title.getStyleClass().add("strong");
    stage.getStyleClass().add("muted");
    left.getStyleClass().add("muted");
    next.getStyleClass().add("muted");
    bar.setMaxWidth(Double.MAX_VALUE);
    bar.setAccessibleText(texts.get("run.progress"));
    cancel = new Button(texts.get("run.cancel"), Icons.of(Feather.X));
    cancel.getStyleClass().add("small");
    cancel.setMinWidth(USE_PREF_SIZE);
    cancel.setOnAction(_ -> comparison.cancel());
    HBox names = new HBox(8, badge, title);
    names.setAlignment(Pos.CENTER_LEFT);
    VBox first = new VBox(6, names, stage);
    first.setMinWidth(172);
    first.setPrefWidth(172);
    first.setAlignment(Pos.CENTER_LEFT);
    HBox below = new HBox(left, new Spacer(), next);
    VBox middle = new VBox(8, bar, below);
    middle.setAlignment(Pos.CENTER_LEFT);
    HBox.setHgrow(middle, Priority.ALWAYS);
    getChildren().addAll(first, middle, cancel);
    queue.current().addListener((_, before, now) -> {
      if (before != null) {
        before.state().removeListener(onState);
      }
      if (now != null) {
        now.state().addListener(onState);
      }
    });
    Listening.follow(this::update, queue.current(), queue.active());
  }

  private void update() {
    @Nullable
    Job job = queue.current().get();
    if (job == null) {
      return;
    }
    badge.setText(job.side().name());
    badge.getStyleClass().removeAll("side-a", "side-b");
    badge.getStyleClass().add("side-" + job.side().name().toLowerCase(Locale.ROOT));
    title.setText(job.title());
    stage.setText(words.stage(job.state().get()));
    cancel.setDisable(job.state().get() instanceof JobState.Cancelling);
    left.setText(words.timeLeft(job.state().get()));
    bar.setProgress(words.share(job.state().get()));
    next.setText(queue.upcoming()
        .map(other -> texts.format("run.next", other.side().name(), other.title()))
        .orElse(""));
  }
}
