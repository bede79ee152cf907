package io.granular.app.modules;

import io.granular.app.jobs.Work;
import io.granular.engine.run.RunListener;
import io.granular.engine.studio.Analysis;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Measures how much each module of a recipe matters. Takes minutes. */
public interface AnalysisSource {
  /** What to measure. */
  enum Kind {
    /** Blocks of modules together, quickly. */
    BLOCKS,
    /** Every module by itself, which takes long. */
    MODULES,
    /** How far whole trajectories are from full precision's after every step. */
    DIVERGENCE
  }

  /** How measuring ended. */
  sealed interface Measured {
    /** It is there. */
    record Finished(Analysis analysis) implements Measured {}

    /** It was ended before it was done. */
    record Cancelled() implements Measured {}

    /**
     * It went wrong.
     *
     * @param message what happened and where
     * @param remedy what to do about it; empty if unknown
     * @param log the end of the worker's log
     */
    record Failed(String message, String remedy, String log) implements Measured {}
  }

  /**
   * Starts measuring.
   *
   * @param model as the engine takes it
   * @param recipe id or path
   * @param calibration ranges of static schemes; null for the engine's usual calibration
   * @param listener hears of every measurement, on any thread
   */
  Work.Begun<Measured> start(String model, String recipe, @Nullable Path calibration, Kind kind,
      RunListener listener);
}
