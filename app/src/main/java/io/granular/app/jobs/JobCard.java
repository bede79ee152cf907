package io.granular.app.jobs;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.text.Texts;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.RunOutcome;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TextArea;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/** One job of the list. */
final class JobCard extends VBox {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final Job job;
  private final Texts texts;
  private final JobWords words;
  private final Label state = new Label();
  private final Label left = new Label();
  private final ProgressBar bar = new ProgressBar();
  private final Button cancel;

  JobCard(Job job, Texts texts) {
    this.job = job;
    this.texts = texts;
    words = new JobWords(texts);
    getStyleClass().addAll("card", "job-card");
    Label badge = new Label(job.side().name());
    badge.getStyleClass()
        .addAll("side-badge",
            "side-" + job.side().name().toLowerCase(Locale.ROOT));
    Label title = new Label(job.title());
    title.getStyleClass().add("card-title");
    Label detail = new Label(detail());
    detail.getStyleClass().add("muted");
    detail.setMinWidth(0);
    VBox names = new VBox(2, title, detail);
    HBox.setHgrow(names, Priority.ALWAYS);
    names.setMinWidth(0);
    left.getStyleClass().add("muted");
    left.setMinWidth(USE_PREF_SIZE);
    state.setMinWidth(USE_PREF_SIZE);
    Label time = new Label(TIME.format(job.created()));
    time.getStyleClass().add("muted");
    time.setMinWidth(USE_PREF_SIZE);
    cancel = Icons.button(new Button(), Feather.X,
        texts.format("jobs.cancel", job.side().name(), job.title()));
    cancel.setOnAction(_ -> job.cancel());
    cancel.managedProperty().bind(cancel.visibleProperty());
    HBox header = new HBox(12, badge, names, new Spacer(), left, state, time, cancel);
    header.setAlignment(Pos.CENTER_LEFT);
    bar.setMaxWidth(Double.MAX_VALUE);
    bar.setAccessibleText(texts.get("run.progress"));
    bar.managedProperty().bind(bar.visibleProperty());
    getChildren().addAll(header, bar);
    Listening.follow(this::update, job.state());
  }

  private void update() {
    JobState now = job.state().get();
    state.setText(words.stage(now));
    state.getStyleClass().setAll("badge", tone(now));
    left.setText(words.timeLeft(now));
    bar.setProgress(words.share(now));
    boolean cancelling = now instanceof JobState.Cancelling;
    bar.setVisible(cancelling || now instanceof JobState.Running);
    cancel.setVisible(!job.ended());
    cancel.setDisable(cancelling);
    if (now instanceof JobState.Ended(RunOutcome.Failed(var message, var remedy, var log))
        && getChildren().size() == 2) {
      addReason(message, remedy, log);
    }
  }

  private void addReason(String message, String remedy, String log) {
    Label reason = new Label(message, Icons.of(Feather.ALERT_CIRCLE));
    reason.getStyleClass().addAll("note", "error");
    reason.setWrapText(true);
    getChildren().add(reason);
    if (!remedy.isBlank()) {
      Label label = new Label(remedy);
      label.setWrapText(true);
      getChildren().add(label);
    }
    if (!log.isBlank()) {
      TextArea area = new TextArea(log.strip());
      area.setEditable(false);
      area.setPrefRowCount(Math.clamp(log.strip().lines().count() + 1, 3, 10));
      area.getStyleClass().add("log");
      area.setAccessibleText(texts.get("jobs.log"));
      Button copy = new Button(texts.get("jobs.copy-log"), Icons.of(Feather.COPY));
      copy.getStyleClass().add("small");
      copy.setOnAction(_ -> {
        ClipboardContent content = new ClipboardContent();
        content.putString(message + "\n" + remedy + "\n\n" + log);
        Clipboard.getSystemClipboard().setContent(content);
      });
      getChildren().addAll(area, copy);
    }
  }

  private String detail() {
    RunRequest request = job.request();
    return texts.format("jobs.detail", request.prompt(), String.valueOf(request.seed()));
  }

  private static String tone(JobState state) {
    return switch (state) {
      case JobState.Waiting() -> "neutral";
      case JobState.Running(_) -> "running";
      case JobState.Cancelling() -> "neutral";
      case JobState.Ended(var outcome) -> switch (outcome) {
        case RunOutcome.Finished(_) -> "real";
        case RunOutcome.Cancelled() -> "neutral";
        case RunOutcome.Failed(_, _, _) -> "failed";
      };
    };
  }
}
