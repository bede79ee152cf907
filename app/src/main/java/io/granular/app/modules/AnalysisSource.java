package io.granular.app.modules;

import io.granular.engine.studio.Analysis;

/** Measures how much each module of a recipe matters. Takes minutes. */
public interface AnalysisSource {
  /**
   * Starts measuring.
   *
   * @param model as the engine takes it
   * @param recipe id or path
   * @param everyModule by itself, which takes long; else blocks of modules together
   * @param listener called on any thread; after {@code finished}, {@code cancelled} or {@code failed} no more
   * @return asks for the end; the listener need not hear of it
   */
  Runnable start(String model, String recipe, boolean everyModule, Listener listener);

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
