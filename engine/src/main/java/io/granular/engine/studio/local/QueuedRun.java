package io.granular.engine.studio.local;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.RunOutcome.Failed;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** One run from its place in the queue to its outcome. */
final class QueuedRun extends QueuedTask<RunOutcome> implements Run {
  private final RunRequest request;

  QueuedRun(long id, RunRequest request, RunListener listener, Duration grace,
      ScheduledExecutorService timer) {
    super(id, "recipe '" + request.recipe() + "' on '" + request.model() + "'",
        request.steps() == null ? 0 : request.steps(), listener, grace, timer);
    this.request = request;
  }

  RunRequest request() {
    return request;
  }

  /** Runs on {@code process} and says how it ended; {@link #end} makes that known. */
  RunOutcome drive(WorkerProcess process, RunRequest filled) throws Ended {
    RunOutcome answer = drive(process, api -> api.run(id(), filled));
    return answer instanceof Failed failed
        ? new Failed(failed.message(), failed.remedy(), process.log())
        : answer;
  }

  @Override
  RunOutcome cancelled() {
    return new RunOutcome.Cancelled();
  }

  @Override
  RunOutcome failed(Failed failure) {
    return failure;
  }
}
