package io.granular.app.jobs;

import io.granular.app.fx.Background;
import io.granular.engine.run.RunListener;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;

/**
 * Long work of the engine that makes no picture, one at a time: how far it is, how long it takes, and
 * its end. JavaFX thread only; the engine is called and heard on others.
 */
public final class Work {
  private final Background background;
  private final BooleanProperty running = new SimpleBooleanProperty();
  private final DoubleProperty done = new SimpleDoubleProperty();
  private final DoubleProperty secondsLeft = new SimpleDoubleProperty(Double.NaN);
  private Runnable cancel = () -> {};
  private int count;

  public Work(Background background) {
    this.background = background;
  }

  /**
   * What the engine has begun.
   *
   * @param cancel asks for its end
   * @param outcome how it ends
   */
  public record Begun<O>(Runnable cancel, CompletableFuture<O> outcome) {}

  /** Whether any is under way. */
  public ReadOnlyBooleanProperty running() {
    return running;
  }

  /** Share of the work, 0 to 1. */
  public ReadOnlyDoubleProperty done() {
    return done;
  }

  /** NaN if not known. */
  public ReadOnlyDoubleProperty secondsLeft() {
    return secondsLeft;
  }

  /**
   * Starts, unless something runs.
   *
   * @param begin called off the JavaFX thread
   * @param ended hears the outcome, unless the work was cancelled here
   * @param failed hears why there is none
   */
  public <O> void start(Function<RunListener, Begun<O>> begin, Consumer<O> ended,
      Consumer<String> failed) {
    if (running.get()) {
      return;
    }
    int run = ++count;
    running.set(true);
    done.set(0);
    secondsLeft.set(Double.NaN);
    RunListener listener = progress -> background.ui(() -> {
      if (run == count) {
        done.set((double) progress.step() / Math.max(1, progress.steps()));
        secondsLeft.set(progress.remainingSeconds());
      }
    });
    background.<Begun<O>>run(() -> begin.apply(listener), begun -> {
      if (run != count) {
        begun.cancel.run();
        return;
      }
      cancel = begun.cancel;
      var _ = begun.outcome.whenComplete((outcome, problem) -> background.ui(() -> end(run, () -> {
        if (problem == null) {
          ended.accept(outcome);
        } else {
          failed.accept(message(problem));
        }
      })));
    }, problem -> end(run, () -> failed.accept(message(problem))));
  }

  /** Asks for the end; nobody hears of it. */
  public void cancel() {
    count++;
    running.set(false);
    cancel.run();
    cancel = () -> {};
  }

  private void end(int run, Runnable action) {
    if (run == count) {
      count++;
      running.set(false);
      cancel = () -> {};
      action.run();
    }
  }

  private static String message(Throwable problem) {
    return Objects.requireNonNullElse(problem.getMessage(), problem.toString());
  }
}
