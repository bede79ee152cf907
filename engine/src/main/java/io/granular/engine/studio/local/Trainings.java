package io.granular.engine.studio.local;

import io.granular.engine.plan.BadRecipeException;
import io.granular.engine.run.RunListener;
import io.granular.engine.store.BadModelException;
import io.granular.engine.studio.EngineException;
import io.granular.engine.studio.TrainingRun;
import io.granular.engine.studio.protocol.KernelReport;
import io.granular.engine.train.Trainer;
import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingEstimator;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.UnfinishedTraining;
import io.granular.engine.train.Workspace;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** Estimates, begins and resumes trainings, and knows which were interrupted. */
final class Trainings {
  private final TaskQueue queue;
  private final WorkerPool pool;
  private final Machine machine;
  private final TrainingPlaces places;

  /** @param folders where the places of trainings are written down */
  Trainings(TaskQueue queue, WorkerPool pool, Machine machine, AppFolders folders) {
    this.queue = queue;
    this.pool = pool;
    this.machine = machine;
    this.places = new TrainingPlaces(folders.data().resolve("trainings.txt"));
  }

  TrainingRun begin(TrainingRequest request, RunListener listener) {
    return start(new Trainer.Job(request.withThreads(threads(request.threads())), false), listener);
  }

  TrainingRun resume(Path folder, RunListener listener) {
    TrainingRequest request = explained(Workspace.of(folder)::request);
    return start(new Trainer.Job(request, true), listener);
  }

  private TrainingRun start(Trainer.Job job, RunListener listener) {
    QueuedTraining task = new QueuedTraining(queue.nextId(), job, listener, queue.timer());
    explained(() -> {
      places.add(Workspace.beside(job.request().to()).folder());
      return null;
    });
    queue.add(task, () -> task.run(pool));
    return task;
  }

  TrainingEstimate estimate(TrainingRequest request, KernelReport kernels) {
    TrainingRequest complete = request.withThreads(threads(request.threads()));
    return explained(() -> new TrainingEstimator(kernels.capabilities(), kernels.baselineRss())
        .estimate(complete, machine.availableMemory()));
  }

  List<UnfinishedTraining> unfinished() {
    return explained(places::unfinished);
  }

  void discard(Path folder) {
    explained(() -> {
      Workspace workspace = Workspace.of(folder);
      workspace.request();
      try (Workspace.Hold hold = workspace.hold()) {
        if (hold == null) {
          throw new EngineException("The training in " + workspace.folder() + " is under way.");
        }
      }
      workspace.delete();
      return null;
    });
  }

  private int threads(int wanted) {
    return wanted > 0 ? wanted : machine.threads();
  }

  private static <T> T explained(Supplier<T> work) {
    try {
      return work.get();
    } catch (BadModelException | BadRecipeException | IllegalArgumentException
        | NoSuchElementException | UncheckedIOException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }
}
