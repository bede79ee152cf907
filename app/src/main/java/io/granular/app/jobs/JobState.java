package io.granular.app.jobs;

import io.granular.engine.run.RunProgress;
import io.granular.engine.studio.RunOutcome;
import org.jspecify.annotations.Nullable;

/** Where a job stands. */
public sealed interface JobState {
  /** Its turn has not come. */
  record Waiting() implements JobState {}

  /** Under way; {@code progress} is null until the engine's first report. */
  record Running(@Nullable RunProgress progress) implements JobState {}

  /** Asked to end, and not there yet. */
  record Cancelling() implements JobState {}

  /** Over, one way or another. */
  record Ended(RunOutcome outcome) implements JobState {}
}
