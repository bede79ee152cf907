package io.granular.app.jobs;

import atlantafx.base.controls.Spacer;
import io.granular.app.control.Icons;
import io.granular.app.fx.Listening;
import io.granular.app.jobs.Listed.Look;
import io.granular.app.text.Texts;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
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

  private final Listed job;
  private final Texts texts;
  private final Label state = new Label();
  private final Label left = new Label();
  private final ProgressBar bar = new ProgressBar();
  private final Button cancel;

  JobCard(Listed job, Texts texts) {
    this.job = job;
    this.texts = texts;
    getStyleClass().addAll("card", "job-card");
    Label badge = job.badge();
    Label title = new Label(job.title());
    title.getStyleClass().add("card-title");
    Label detail = new Label(job.detail());
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
        job.cancelName());
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
    Look now = job.look();
    state.setText(now.stage());
    state.getStyleClass().setAll("badge", now.tone());
    left.setText(now.left());
    bar.setProgress(now.share());
    bar.setVisible(now.running());
    cancel.setVisible(!now.ended());
    cancel.setDisable(now.cancelling());
    if (now.failure() != null && getChildren().size() == 2) {
      addReason(now.failure());
    }
  }

  private void addReason(Failure failure) {
    String message = failure.message();
    String remedy = failure.remedy();
    String log = failure.log();
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
}
