package io.granular.app.train;

import io.granular.app.jobs.Failure;
import io.granular.engine.run.RunProgress;
import io.granular.engine.studio.TrainingRun;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.TrainingResult;
import org.jspecify.annotations.Nullable;

/** Where training stands. */
sealed interface Phase {
  /**
   * Nothing trains.
   *
   * @param ended whether a training was ended just now before anything was better
   */
  record Idle(boolean ended) implements Phase {}

  /**
   * Under way.
   *
   * @param state the engine's
   * @param stopping whether it was asked to end
   * @param progress the last report; null before the first
   */
  record Active(TrainingRequest request, TrainingRun.State state, boolean stopping,
      @Nullable RunProgress progress) implements Phase {}

  /** The trained model is there. */
  record Done(TrainingRequest request, TrainingResult result) implements Phase {}

  /** It went wrong. */
  record Failed(TrainingRequest request, Failure failure) implements Phase {}
}
