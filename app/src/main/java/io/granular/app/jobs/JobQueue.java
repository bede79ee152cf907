package io.granular.app.jobs;

import io.granular.app.fx.Background;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.Run;
import io.granular.engine.studio.RunOutcome;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.IntegerBinding;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs one after the other, so that none disturbs the time and memory of another. JavaFX
 * thread only; the engine is called and heard on others.
 */
public final class JobQueue {
  private final Engine engine;
  private final Background background;
  private final ObservableList<Job> jobs = FXCollections.observableArrayList();
  private final ReadOnlyObjectWrapper<@Nullable Job> current = new ReadOnlyObjectWrapper<>();
  private final IntegerBinding active = Bindings.createIntegerBinding(
      () -> (int) jobs.stream().filter(job -> !job.ended()).count(), jobs, current);

  public JobQueue(Engine engine, Background background) {
    this.engine = engine;
    this.background = background;
  }

  /** Every job of this session, newest first. */
  public ObservableList<Job> jobs() {
    return jobs;
  }

  /** The job under way. */
  public ReadOnlyObjectProperty<@Nullable Job> current() {
    return current.getReadOnlyProperty();
  }

  /** The job that comes after the one under way. */
  public Optional<Job> upcoming() {
    return jobs.reversed()
        .stream()
        .filter(job -> job.state().get() instanceof JobState.Waiting)
        .findFirst();
  }

  /** How many jobs wait or run. */
  public IntegerBinding active() {
    return active;
  }

  /** Puts a job at the end of the queue. */
  public void submit(Job job) {
    jobs.addFirst(job);
    if (current.get() == null) {
      next();
    }
  }

  /** Cancels what runs and what waits. */
  public void cancelAll() {
    // Those that wait first, in reverse: ending the running one would start the next.
    jobs.stream()
        .filter(job -> !job.ended() && job != current.get())
        .toList()
        .forEach(Job::cancel);
    Job running = current.get();
    if (running != null) {
      running.cancel();
    }
  }

  /** Takes ended jobs off the list. */
  public void clearEnded() {
    jobs.removeIf(Job::ended);
  }

  private void next() {
    upcoming().ifPresentOrElse(this::start, () -> current.set(null));
  }

  private void start(Job job) {
    job.starting();
    current.set(job);
    background.<Run>run(
        () -> engine.start(job.request(), report -> background.ui(() -> job.progress(report))),
        run -> {
          job.started(run);
          var _ = run.outcome()
              .whenComplete((outcome, problem) -> background
                  .ui(() -> end(job, problem == null ? outcome : failed(problem))));
        },
        problem -> end(job, failed(problem)));
  }

  private void end(Job job, RunOutcome outcome) {
    job.end(outcome);
    next();
  }

  private static RunOutcome failed(Throwable problem) {
    Failure failure = Failure.of(problem);
    return new RunOutcome.Failed(failure.message(), failure.remedy(), failure.log());
  }
}
