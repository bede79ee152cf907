package io.granular.app.jobs;

import io.granular.app.session.Side;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunRequest;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome;
import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/** One run in the queue, from its request to its outcome. JavaFX thread only. */
public final class Job {
  private final Side side;
  private final String title;
  private final RunRequest request;
  private final Instant created = Instant.now();
  private final Consumer<RunProgress> onProgress;
  private final BiConsumer<Job, RunOutcome> onOutcome;
  private final ReadOnlyObjectWrapper<JobState> state =
      new ReadOnlyObjectWrapper<>(new JobState.Waiting());
  private @Nullable Run run;

  /**
   * @param side whose picture it makes
   * @param title recipe's name
   * @param request to the engine
   * @param onProgress hears every report
   * @param onOutcome hears the end, once
   */
  public Job(Side side, String title, RunRequest request, Consumer<RunProgress> onProgress,
      BiConsumer<Job, RunOutcome> onOutcome) {
    this.side = side;
    this.title = title;
    this.request = request;
    this.onProgress = onProgress;
    this.onOutcome = onOutcome;
  }

  /** Whose picture it makes. */
  public Side side() {
    return side;
  }

  /** The recipe's name. */
  public String title() {
    return title;
  }

  /** What the engine was asked. */
  public RunRequest request() {
    return request;
  }

  /** When it was asked for. */
  public Instant created() {
    return created;
  }

  /** Where it stands. */
  public ReadOnlyObjectProperty<JobState> state() {
    return state.getReadOnlyProperty();
  }

  /** Whether it is over. */
  public boolean ended() {
    return state.get() instanceof JobState.Ended;
  }

  /** Asks for the end; a job that still waits ends at once. */
  public void cancel() {
    switch (state.get()) {
      case JobState.Waiting() -> end(new RunOutcome.Cancelled());
      case JobState.Running(_) -> {
        state.set(new JobState.Cancelling());
        if (run != null) {
          run.cancel();
        }
      }
      case JobState.Cancelling() -> {}
      case JobState.Ended(_) -> {}
    }
  }

  void starting() {
    state.set(new JobState.Running(null));
  }

  /** The engine has taken it; a cancel that came before is passed on now. */
  void started(Run started) {
    run = started;
    if (state.get() instanceof JobState.Cancelling) {
      started.cancel();
    }
  }

  void progress(RunProgress progress) {
    if (state.get() instanceof JobState.Running) {
      state.set(new JobState.Running(progress));
      onProgress.accept(progress);
    }
  }

  void end(RunOutcome outcome) {
    if (!ended()) {
      state.set(new JobState.Ended(outcome));
      onOutcome.accept(this, outcome);
    }
  }
}
