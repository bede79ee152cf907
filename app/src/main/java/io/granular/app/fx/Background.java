package io.granular.app.fx;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import javafx.application.Platform;

/** Runs work off the JavaFX thread and brings the answer back to it. */
public final class Background {
  private final Executor workers;
  private final Executor ui;

  /**
   * @param workers where work runs
   * @param ui where answers are delivered, in order
   */
  public Background(Executor workers, Executor ui) {
    this.workers = workers;
    this.ui = ui;
  }

  /** A virtual thread per piece of work; answers on the JavaFX thread. */
  public static Background create() {
    return new Background(Executors.newVirtualThreadPerTaskExecutor(), Platform::runLater);
  }

  /** Runs {@code work}; exactly one of the two continuations is called, on the JavaFX thread. */
  public <T> void run(Callable<? extends T> work, Consumer<? super T> done,
      Consumer<? super Exception> failed) {
    workers.execute(() -> {
      T answer;
      try {
        answer = work.call();
      } catch (Exception e) {
        ui.execute(() -> failed.accept(e));
        return;
      }
      ui.execute(() -> done.accept(answer));
    });
  }

  /** Runs {@code action} on the JavaFX thread after what is already waiting there. */
  public void ui(Runnable action) {
    ui.execute(action);
  }
}
