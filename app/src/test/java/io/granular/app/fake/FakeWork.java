package io.granular.app.fake;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import java.util.concurrent.CompletableFuture;

/**
 * Work that is a quarter done and waits to be let go.
 *
 * @param <O> how it ends
 */
final class FakeWork<O> {
  private final CompletableFuture<O> outcome = new CompletableFuture<>();
  private final O finished;
  private final O cancelled;

  FakeWork(RunListener listener, O finished, O cancelled) {
    this.finished = finished;
    this.cancelled = cancelled;
    listener.progress(new RunProgress(Stage.CALIBRATING, 32, 128, 4, 12, null));
  }

  void finish() {
    outcome.complete(finished);
  }

  void end(O how) {
    outcome.complete(how);
  }

  void cancel() {
    outcome.complete(cancelled);
  }

  boolean ended() {
    return outcome.isDone();
  }

  CompletableFuture<O> outcome() {
    return outcome;
  }
}
