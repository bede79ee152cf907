package io.granular.app.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;

/** The JavaFX thread for tests: started once, drawn into memory. */
public final class Fx {
  private static final long PATIENCE = 60;

  private static final class Started {
    static final boolean YES = start();

    private static boolean start() {
      CountDownLatch ready = new CountDownLatch(1);
      Platform.startup(ready::countDown);
      Platform.setImplicitExit(false);
      try {
        return ready.await(PATIENCE, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  private Fx() {}

  /** Runs work on the JavaFX thread and waits for its answer. */
  public static <T> T get(Callable<T> work) {
    if (Platform.isFxApplicationThread()) {
      try {
        return work.call();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    if (!Started.YES) {
      throw new IllegalStateException("JavaFX did not start");
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    Platform.runLater(() -> {
      try {
        answer.complete(work.call());
      } catch (Throwable e) {
        answer.completeExceptionally(e);
      }
    });
    try {
      return answer.get(PATIENCE, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("the JavaFX thread is blocked", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Runs an action on the JavaFX thread and waits until it is done. */
  public static void run(Runnable action) {
    get(() -> {
      action.run();
      return true;
    });
  }

  /** Waits until a condition, asked on the JavaFX thread, holds. */
  public static void await(String what, BooleanSupplier condition) {
    await(what, Duration.ofSeconds(PATIENCE), condition);
  }

  /** The same with other patience. */
  public static void await(String what, Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!get(condition::getAsBoolean)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not happen: " + what);
      }
      pause(10);
    }
  }

  /** Waits until layout has been done and everything queued before has run. */
  public static void settle() {
    for (int i = 0; i < 3; i++) {
      CountDownLatch pulse = new CountDownLatch(1);
      Platform.runLater(() -> {
        var timer = new AnimationTimer() {
          @Override
          public void handle(long now) {
            stop();
            pulse.countDown();
          }
        };
        timer.start();
        Platform.requestNextPulse();
      });
      try {
        pulse.await(PATIENCE, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
