package io.granular.engine.studio.local;

import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.RunListener;
import io.granular.engine.studio.CalibrationOutcome;
import io.granular.engine.studio.CalibrationRun;
import io.granular.engine.studio.RunOutcome.Failed;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** One calibration from its place in the queue to its outcome. */
final class QueuedCalibration extends QueuedTask<CalibrationOutcome> implements CalibrationRun {
  private final CalibrationRequest request;

  QueuedCalibration(long id, CalibrationRequest request, RunListener listener, Duration grace,
      ScheduledExecutorService timer) {
    super(id, "the calibration of '" + request.model() + "'", request.samples(), listener, grace,
        timer);
    this.request = request;
  }

  CalibrationRequest request() {
    return request;
  }

  @Override
  CalibrationOutcome cancelled() {
    return new CalibrationOutcome.Cancelled();
  }

  @Override
  CalibrationOutcome failed(Failed failure) {
    return new CalibrationOutcome.Failed(failure.message(), failure.remedy(), failure.log());
  }
}
