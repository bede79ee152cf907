package io.granular.app.jobs;

import io.granular.app.text.Texts;
import io.granular.engine.studio.RunOutcome;
import java.time.Instant;
import java.util.Locale;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.Label;
import org.jspecify.annotations.Nullable;

/** A job as the list shows it, whatever it does. */
interface Listed {
  /** When it was asked for. */
  Instant created();

  /** What stands before its title. */
  Label badge();

  String title();

  String detail();

  /** What its cancel button does. */
  String cancelName();

  /** Changes whenever {@link #look} does. */
  ObservableValue<?> state();

  Look look();

  void cancel();

  /**
   * Where it stands.
   *
   * @param stage in words
   * @param tone style class of the words
   * @param left time left; may be empty
   * @param share done, 0 to 1; indeterminate while that cannot be said
   * @param running whether anything goes on, so that there is a bar
   * @param cancelling whether it was asked to end
   * @param ended whether it is over
   * @param failure why it failed; null if it has not
   */
  record Look(String stage, String tone, String left, double share, boolean running,
      boolean cancelling, boolean ended, @Nullable Failure failure) {}

  /** A run of one side. */
  record OfRun(Job job, Texts texts) implements Listed {
    @Override
    public Instant created() {
      return job.created();
    }

    @Override
    public Label badge() {
      Label badge = new Label(job.side().name());
      badge.getStyleClass()
          .addAll("side-badge", "side-" + job.side().name().toLowerCase(Locale.ROOT));
      return badge;
    }

    @Override
    public String title() {
      return job.title();
    }

    @Override
    public String detail() {
      return texts.format("jobs.detail", job.request().prompt(),
          String.valueOf(job.request().seed()));
    }

    @Override
    public String cancelName() {
      return texts.format("jobs.cancel", job.side().name(), job.title());
    }

    @Override
    public ObservableValue<?> state() {
      return job.state();
    }

    @Override
    public Look look() {
      JobWords words = new JobWords(texts);
      JobState now = job.state().get();
      return new Look(words.stage(now), tone(now), words.timeLeft(now), words.share(now),
          now instanceof JobState.Running || now instanceof JobState.Cancelling,
          now instanceof JobState.Cancelling, job.ended(),
          now instanceof JobState.Ended(RunOutcome.Failed(var message, var remedy, var log))
              ? new Failure(message, remedy, log)
              : null);
    }

    @Override
    public void cancel() {
      job.cancel();
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
}
