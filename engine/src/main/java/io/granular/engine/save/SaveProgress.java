package io.granular.engine.save;

import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Tells how far a model is written, and ends the writing when asked. */
final class SaveProgress {
  private final RunListener listener;
  private final BooleanSupplier cancelled;
  private final long start = System.nanoTime();
  private int done;
  private int modules;

  SaveProgress(RunListener listener, BooleanSupplier cancelled) {
    this.listener = listener;
    this.cancelled = cancelled;
  }

  /** Says how many modules there are to write. */
  void expect(int count) {
    modules = count;
    tell();
  }

  /** A module is about to be written. */
  void next() {
    tell();
    done++;
  }

  /** Ends the writing if that was asked for. */
  void check() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("cancelled after " + done + " of " + modules + " modules");
    }
  }

  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  private void tell() {
    check();
    double seconds = seconds();
    listener.progress(new RunProgress(Stage.WRITING, done, modules, seconds,
        done == 0 ? Double.NaN : seconds / done * (modules - done), null));
  }
}
