package io.granular.app.jobs;

import io.granular.app.control.Icons;
import io.granular.app.jobs.LongJobState.End;
import io.granular.app.text.Texts;
import io.granular.engine.run.RunProgress;
import java.time.Instant;
import java.util.Locale;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressIndicator;
import org.jspecify.annotations.Nullable;

/** Long work as the list shows it. */
record ListedLongJob(LongJob job, Texts texts) implements Listed {
  @Override
  public Instant created() {
    return job.created();
  }

  @Override
  public Label badge() {
    Label badge = new Label("", Icons.of(job.about().kind().icon()));
    badge.getStyleClass().addAll("side-badge", "kind-badge");
    badge.setAccessibleText(job.about().title());
    return badge;
  }

  @Override
  public String title() {
    return job.about().title();
  }

  @Override
  public String detail() {
    return job.about().detail();
  }

  @Override
  public String cancelName() {
    return texts.format(job.about().kind() == LongJob.Kind.TRAINING
        ? "jobs.stop-training"
        : "jobs.cancel-long", job.about().title());
  }

  @Override
  public ObservableValue<?> state() {
    return job.state();
  }

  @Override
  public Look look() {
    LongJobState now = job.state().get();
    return switch (now) {
      case LongJobState.Running(var progress) ->
        look(stage(progress), "running", left(progress), share(progress), null);
      case LongJobState.Paused(var progress) ->
        look(texts.get("jobs.paused"), "simulated", counted(progress), share(progress), null);
      case LongJobState.Cancelling() -> look(texts.get("jobs.cancelling"), "neutral", "",
          ProgressIndicator.INDETERMINATE_PROGRESS, null);
      case LongJobState.Ended(var end) -> switch (end) {
        case End.Finished() -> look(texts.format("jobs.finished",
            texts.numbers().seconds(job.took().toMillis() / 1e3)), "real", "", 1, null);
        case End.Cancelled() -> look(texts.get("jobs.cancelled"), "neutral", "", 1, null);
        case End.Failed(var failure) -> look(texts.get("jobs.failed"), "failed", "", 1, failure);
      };
    };
  }

  @Override
  public void cancel() {
    job.cancel();
  }

  private Look look(String stage, String tone, String left, double share,
      @Nullable Failure failure) {
    return new Look(stage, tone, left, share, !job.ended(),
        job.state().get() instanceof LongJobState.Cancelling, job.ended(), failure);
  }

  /** {@code 32 of 128}; what is being done while there is nothing to count. */
  private String stage(@Nullable RunProgress progress) {
    String counted = counted(progress);
    return progress == null ? texts.get("jobs.waiting")
        : counted.isEmpty()
            ? texts.get("stage." + progress.stage().name().toLowerCase(Locale.ROOT))
            : counted;
  }

  private String counted(@Nullable RunProgress progress) {
    return progress != null && progress.steps() > 0
        ? texts.format("jobs.counted", progress.step(), progress.steps())
        : "";
  }

  private String left(@Nullable RunProgress progress) {
    return progress != null && Double.isFinite(progress.remainingSeconds())
        ? texts.format("run.left", texts.numbers().secondsLeft(progress.remainingSeconds()))
        : texts.get("run.left.unknown");
  }

  private static double share(@Nullable RunProgress progress) {
    return progress != null && progress.steps() > 0
        ? (double) progress.step() / progress.steps()
        : ProgressIndicator.INDETERMINATE_PROGRESS;
  }
}
