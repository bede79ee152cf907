package io.granular.engine.studio.local;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.run.RunListener;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.AnalysisRun;
import io.granular.engine.studio.RunOutcome.Failed;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** One analysis from its place in the queue to its outcome. */
final class QueuedAnalysis extends QueuedTask<AnalysisOutcome> implements AnalysisRun {
  QueuedAnalysis(long id, AnalysisRequest request, RunListener listener, Duration grace,
      ScheduledExecutorService timer) {
    super(id, "the analysis of recipe '" + request.recipe() + "' on '" + request.model() + "'", 0,
        listener, grace, timer);
  }

  @Override
  AnalysisOutcome cancelled() {
    return new AnalysisOutcome.Cancelled();
  }

  @Override
  AnalysisOutcome failed(Failed failure) {
    return new AnalysisOutcome.Failed(failure.message(), failure.remedy(), failure.log());
  }
}
