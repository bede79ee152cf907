package io.granular.engine.studio.local;

import io.granular.engine.run.RunListener;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.save.Saver;
import io.granular.engine.studio.RunOutcome.Failed;
import io.granular.engine.studio.SaveOutcome;
import io.granular.engine.studio.SaveRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** One model to be saved from its place in the queue to its outcome. */
final class QueuedSave extends QueuedTask<SaveOutcome> implements SaveRun {
  QueuedSave(long id, SaveRequest request, RunListener listener, Duration grace,
      ScheduledExecutorService timer) {
    super(id, "saving '" + request.model() + "' with recipe '" + request.recipe() + "'", 0,
        listener, grace, timer);
  }

  /**
   * Has a worker of its own save.
   *
   * @param version of Granular
   * @param scratch folder for the check's pictures
   */
  SaveOutcome run(WorkerPool pool, SaveRequest request, String version, Path scratch)
      throws Ended, WorkerException {
    WorkerKey key =
        new WorkerKey(request.threads(), String.join(" ", "saving", request.model()));
    WorkerProcess worker = pool.acquire(key);
    try {
      SaveOutcome outcome =
          drive(worker, api -> api.save(id(), new Saver.Job(request, version, scratch)));
      return outcome instanceof SaveOutcome.Failed(var message, var remedy, _)
          ? new SaveOutcome.Failed(message, remedy, worker.log())
          : outcome;
    } finally {
      // It has held the model twice over, whose memory others need.
      worker.close();
    }
  }

  @Override
  SaveOutcome cancelled() {
    return new SaveOutcome.Cancelled();
  }

  @Override
  SaveOutcome failed(Failed failure) {
    return new SaveOutcome.Failed(failure.message(), failure.remedy(), failure.log());
  }
}
