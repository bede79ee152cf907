package io.granular.app.jobs;

import io.granular.engine.run.RunProgress;
import org.jspecify.annotations.Nullable;

/** Where long work stands. */
public sealed interface LongJobState {
  /** Under way; {@code progress} is null until the engine's first report. */
  record Running(@Nullable RunProgress progress) implements LongJobState {}

  /** Waiting to be let go on. */
  record Paused(@Nullable RunProgress progress) implements LongJobState {}

  /** Asked to end, and not there yet. */
  record Cancelling() implements LongJobState {}

  /** Over, one way or another. */
  record Ended(End end) implements LongJobState {}

  /** How it ended. */
  sealed interface End {
    /** What was wanted is there. */
    record Finished() implements End {}

    /** A person ended it. */
    record Cancelled() implements End {}

    /** It went wrong. */
    record Failed(Failure failure) implements End {
      public Failed(String message, String remedy, String log) {
        this(new Failure(message, remedy, log));
      }
    }
  }
}
