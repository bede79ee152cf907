package io.granular.engine.run;

/** Hears how a run goes on; called on a background thread. */
@FunctionalInterface
public interface RunListener {
  /** Called when a stage starts, after every step, and when a preview is ready. */
  void progress(RunProgress progress);
}
