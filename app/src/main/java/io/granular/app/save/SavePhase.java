package io.granular.app.save;

import io.granular.app.jobs.Failure;
import io.granular.engine.run.RunProgress;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.save.SaveResult;
import org.jspecify.annotations.Nullable;

/** Where saving a side stands. */
sealed interface SavePhase {
  /** A person chooses. */
  record Choosing() implements SavePhase {}

  /** Under way; {@code progress} is null until the engine's first report. */
  record Active(SaveRequest request, @Nullable RunProgress progress) implements SavePhase {}

  /** The model is there. */
  record Done(SaveRequest request, SaveResult result) implements SavePhase {}

  /** It went wrong; nothing was left behind. */
  record Failed(SaveRequest request, Failure failure) implements SavePhase {}
}
