package io.granular.engine.studio.local;

/** What a task does when its turn comes. */
@FunctionalInterface
interface TaskWork<O> {
  O run() throws QueuedTask.Ended, WorkerException;
}
