package io.granular.app.modules;

import io.granular.app.jobs.Work;
import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.Grouping;
import io.granular.engine.analyze.Measure;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.AnalysisRun;
import io.granular.engine.studio.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The engine's analysis of one prompt, mostly on single evaluations of the U-Net: what a window can wait for. */
public final class EngineAnalysis implements AnalysisSource {
  private final Engine engine;

  /** Measures with {@code engine}. */
  public EngineAnalysis(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Work.Begun<Measured> start(String model, String recipe, @Nullable Path calibration,
      Kind kind, RunListener listener) {
    AnalysisRequest request = switch (kind) {
      case BLOCKS -> AnalysisRequest.quick(model, recipe);
      case MODULES -> everyModule(model, recipe);
      case DIVERGENCE -> divergence(model, recipe);
    };
    AnalysisRun run = engine.analyze(request.withCalibration(calibration), listener);
    return new Work.Begun<>(run::cancel, run.outcome().thenApply(EngineAnalysis::measured));
  }

  private static Measured measured(AnalysisOutcome outcome) {
    return switch (outcome) {
      case AnalysisOutcome.Finished finished -> new Measured.Finished(finished.scores());
      case AnalysisOutcome.Cancelled() -> new Measured.Cancelled();
      case AnalysisOutcome.Failed(var message, var remedy, var log) ->
        new Measured.Failed(message, remedy, log);
    };
  }

  /** Two whole trajectories, so that there is an interval. */
  private static AnalysisRequest divergence(String model, String recipe) {
    return new AnalysisRequest(model, null, recipe, Set.of(Measure.DIVERGENCE), Grouping.BLOCK,
        List.of(), false, null, 1, List.of(0L, 1L), null, null, null, null,
        SamplerChoice.MODEL_DEFAULT, null, null, 0);
  }

  private static AnalysisRequest everyModule(String model, String recipe) {
    return new AnalysisRequest(model, null, recipe,
        Set.of(Measure.SQNR, Measure.SENSITIVITY, Measure.BLAME), Grouping.MODULE, List.of(), true,
        null, 1, List.of(0L), null, null, null, null, SamplerChoice.MODEL_DEFAULT, null, null, 0);
  }
}
