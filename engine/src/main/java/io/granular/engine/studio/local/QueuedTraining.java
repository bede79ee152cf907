package io.granular.engine.studio.local;

import io.granular.engine.run.RunListener;
import io.granular.engine.studio.RunOutcome.Failed;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.studio.TrainingRun;
import io.granular.engine.train.TrainingRequest;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** One training from its place in the queue to its outcome. */
final class QueuedTraining extends QueuedTask<TrainingOutcome> implements TrainingRun {
  private final TrainingRequest request;

  QueuedTraining(long id, TrainingRequest request, RunListener listener, Duration grace,
      ScheduledExecutorService timer) {
    super(id, "the training of '" + request.model() + "' for recipe '" + request.recipe() + "'", 0,
        listener, grace, timer);
    this.request = request;
  }

  /** Has a worker of its own train. */
  TrainingOutcome run(WorkerPool pool) throws Ended, WorkerException {
    WorkerKey key =
        new WorkerKey(request.threads(), String.join(" ", "training", request.model()));
    WorkerProcess worker = pool.acquire(key);
    try {
      TrainingOutcome outcome = drive(worker, api -> api.train(id(), request));
      return outcome instanceof TrainingOutcome.Failed(var message, var remedy, _)
          ? new TrainingOutcome.Failed(message, remedy, worker.log())
          : outcome;
    } finally {
      // It has held teacher and student, whose memory others need.
      worker.close();
    }
  }

  @Override
  TrainingOutcome cancelled() {
    return new TrainingOutcome.Cancelled();
  }

  @Override
  TrainingOutcome failed(Failed failure) {
    return new TrainingOutcome.Failed(failure.message(), failure.remedy(), failure.log());
  }
}
