package io.granular.app.jobs;

import io.granular.app.text.Texts;
import io.granular.engine.run.RunProgress;
import io.granular.engine.studio.RunOutcome;
import java.util.Locale;
import javafx.scene.control.ProgressIndicator;

/** What a job's state is called. */
public final class JobWords {
  private final Texts texts;

  public JobWords(Texts texts) {
    this.texts = texts;
  }

  /** What is being done: {@code Step 12 of 20}, {@code Quantizing}. */
  public String stage(JobState state) {
    return switch (state) {
      case JobState.Waiting() -> texts.get("jobs.waiting");
      case JobState.Running(var progress) -> progress == null
          ? texts.get("jobs.waiting")
          : progress.stage() == RunProgress.Stage.STEPS
              ? texts.format("stage.step", progress.step(), progress.steps())
              : texts.get("stage." + progress.stage().name().toLowerCase(Locale.ROOT));
      case JobState.Cancelling() -> texts.get("jobs.cancelling");
      case JobState.Ended(var outcome) -> switch (outcome) {
        case RunOutcome.Finished(var result) -> texts.format("jobs.finished",
            texts.numbers().seconds(result.seconds().total()));
        case RunOutcome.Cancelled() -> texts.get("jobs.cancelled");
        case RunOutcome.Failed(_, _, _) -> texts.get("jobs.failed");
      };
    };
  }

  /** How long it will take; empty while unknown. */
  public String timeLeft(JobState state) {
    if (state instanceof JobState.Running(RunProgress progress) && progress != null
        && Double.isFinite(progress.remainingSeconds())) {
      return texts.format("run.left", texts.numbers().secondsLeft(progress.remainingSeconds()));
    }
    return state instanceof JobState.Running ? texts.get("run.left.unknown") : "";
  }

  /** How much is done, 0 to 1; indeterminate while that cannot be said. */
  public double share(JobState state) {
    if (state instanceof JobState.Running(RunProgress progress) && progress != null
        && progress.steps() > 0 && progress.stage().compareTo(RunProgress.Stage.STEPS) >= 0) {
      return (double) progress.step() / progress.steps();
    }
    return ProgressIndicator.INDETERMINATE_PROGRESS;
  }
}
