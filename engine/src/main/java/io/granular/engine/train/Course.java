package io.granular.engine.train;

import java.util.List;

/** What is learned when, and what is asked in examinations. */
interface Course {
  /**
   * Lessons that are never learned.
   *
   * @param check called between evaluations; may throw to stop
   */
  List<Evaluated> examination(Runnable check);

  /** The next batch. */
  List<Evaluated> next(int batch, Runnable check);

  /** Where it stands. */
  State state();

  /** Goes on where it stood. */
  void resume(State state);

  /**
   * A course's state.
   *
   * @param random state of what is drawn
   * @param followed trajectories made so far
   * @param drawn lessons drawn since the last of them
   * @param runs lengths of the trajectories that lessons are drawn from
   * @param lessons those of the examination, then those of the trajectories, one after the other
   */
  record State(long random, int followed, int drawn, List<Integer> runs,
      List<Evaluated> lessons) {
    public State {
      runs = List.copyOf(runs);
      lessons = List.copyOf(lessons);
    }
  }
}
