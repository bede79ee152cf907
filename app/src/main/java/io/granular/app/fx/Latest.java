package io.granular.app.fx;

import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work at a time, and of those that wait only the newest: a slider that is dragged
 * asks for a hundred pictures, and those that can be made in time are shown. Used on the JavaFX
 * thread only.
 */
public final class Latest {
  private final Background background;
  private @Nullable Runnable waiting;
  private boolean busy;

  public Latest(Background background) {
    this.background = background;
  }

  /** Asks for {@code work}, in place of what may be waiting; continuations as in Background. */
  public <T> void submit(Callable<? extends T> work, Consumer<? super T> done,
      Consumer<? super Exception> failed) {
    waiting = () -> background.<T>run(work, answer -> {
      done.accept(answer);
      next();
    }, problem -> {
      failed.accept(problem);
      next();
    });
    if (!busy) {
      next();
    }
  }

  /** Forgets what waits; what runs already still delivers. */
  public void forget() {
    waiting = null;
  }

  private void next() {
    Runnable newest = waiting;
    waiting = null;
    busy = newest != null;
    if (newest != null) {
      newest.run();
    }
  }
}
