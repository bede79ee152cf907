package io.granular.engine.studio.local;

/**
 * Which worker may be used again for what. Workers are not shared between models or recipes: what
 * one leaves behind in the allocator would be counted as the other's memory.
 *
 * @param threads computing threads, at least 1
 * @param content the model and recipe it holds, or empty while it has held none
 */
record WorkerKey(int threads, String content) {
  /** A worker that has not opened anything yet. */
  static WorkerKey unused(int threads) {
    return new WorkerKey(threads, "");
  }
}
