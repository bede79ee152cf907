package io.granular.app.modules;

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

  /**
   * Starts measuring.
   *
   * @param model as the engine takes it
   * @param recipe id or path
   * @param calibration ranges of static schemes; null for the engine's usual calibration
   * @param listener called on any thread; after {@code finished}, {@code cancelled} or {@code failed} no more
   * @return asks for the end; the listener need not hear of it
   */
  Runnable start(String model, String recipe, @Nullable Path calibration, Kind kind,
      Listener listener);

  /** Hears how it goes. */
  interface Listener {
    /**
     * Goes on.
     *
     * @param done share of the work, 0 to 1
     * @param secondsLeft NaN if not known yet
     */
    void progress(double done, double secondsLeft);

    /** It is there. */
    void finished(Analysis analysis);

    /** It was ended before it was done. */
    void cancelled();

    /** It went wrong; the message says what and what to do. */
    void failed(String message);
  }
}
