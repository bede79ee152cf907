package io.granular.engine.train;

/**
 * What training does to need less memory.
 *
 * @param recompute whether values inside blocks are computed again for the gradient instead of kept (activation
 *     checkpointing); takes about a third longer
 * @param average whether a running average of the trained parameters is held and is what is judged and written; without it
 *     the last parameters are
 */
public record Economy(boolean recompute, boolean average) {
  /** Nothing is saved. */
  public static final Economy NONE = new Economy(false, true);
}
