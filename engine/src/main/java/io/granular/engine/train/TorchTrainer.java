package io.granular.engine.train;

import io.granular.engine.lower.AdamW;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.lower.StudentNetwork;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.Planner;
import io.granular.engine.plan.Recipe;
import io.granular.engine.plan.RecipeWriter;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.store.ContentDigests;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.torch.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Trains with libtorch in this process. */
public final class TorchTrainer implements Trainer {
  private final Torch torch;
  private final @Nullable Path cache;
  private final Lowering lowering;
  private final Planner planner;
  private final BuiltInRecipes recipes = new BuiltInRecipes();

  /** One that keeps nothing for later trainings. */
  public TorchTrainer(Torch torch, PackTools tools, Capabilities machine) {
    this(torch, tools, machine, null);
  }

  /** @param cache folder for what can be computed again, such as encoded pictures; null for none */
  public TorchTrainer(Torch torch, PackTools tools, Capabilities machine, @Nullable Path cache) {
    this.cache = cache;
    this.torch = torch;
    this.lowering = new Lowering(torch, tools);
    this.planner = new Planner(new Kernels(machine));
  }

  @Override
  public TrainingResult train(Job job, RunListener listener, Control control) {
    TrainingRequest request = job.request();
    TrainingClock clock = new TrainingClock(listener, control,
        new Schedule(request.length(), request.learning().rate()));
    clock.stage(Stage.LOADING);
    torch.threads(request.threads());
    Workspace workspace = Workspace.beside(request.to());
    try (Workspace.Hold _ = workspace.take()) {
      if (job.resumed()) {
        try (Checkpoint checkpoint = Checkpoint.open(workspace.checkpoint())) {
          return finished(workspace, train(request, workspace, checkpoint, clock));
        }
      }
      workspace.begin(request);
      try {
        return finished(workspace, train(request, workspace, null, clock));
      } catch (RuntimeException | Error e) {
        if (e instanceof CancellationException || !Files.exists(workspace.checkpoint())) {
          workspace.delete();
        }
        throw e;
      }
    }
  }

  private static TrainingResult finished(Workspace workspace, TrainingResult result) {
    workspace.delete();
    return result;
  }

  private TrainingResult train(TrainingRequest request, Workspace workspace,
      @Nullable Checkpoint checkpoint, TrainingClock clock) {
    try (ModelSource model = ModelSources.open(request.model(), null)) {
      TrainedModel.check(model, request.to());
      PipelineGraphs graphs = PipelineGraphs.of(model);
      Recipe recipe = recipes.open(request.recipe());
      String json = RecipeWriter.write(recipe);
      String source = request.checkpointMinutes() > 0
          ? new ContentDigests().of(model.component(Classroom.UNET))
          : "";
      if (checkpoint != null) {
        checkpoint.check(source, json);
      }
      TrainedLayers layers = TrainedLayers.of(planner.plan(recipe, graphs, model),
          request.trained());
      Classroom classroom = new Classroom(torch, lowering, model, graphs,
          planner.plan(recipes.open("fp32"), graphs, model));
      clock.check();
      try (Lecture lecture = Lecture.of(request, classroom, workspace, cache, clock)) {
        clock.stage(Stage.LOADING);
        try (StudentNetwork student = new StudentNetwork(torch, lecture.graph(),
            model.component(Classroom.UNET).tensors(), layers.plan(request), AdamW.USUAL,
            lecture.sizes(), request.seed(), checkpoint == null ? null : checkpoint.student())) {
          return train(request, workspace, checkpoint, clock, classroom, layers, lecture, student,
              source, json);
        }
      }
    }
  }

  private TrainingResult train(TrainingRequest request, Workspace workspace,
      @Nullable Checkpoint checkpoint, TrainingClock clock, Classroom classroom,
      TrainedLayers layers, Lecture lecture, StudentNetwork student, String source, String json) {
    Journal journal = new Journal(workspace, student, lecture.course(), source, json,
        request.checkpointMinutes());
    Standing standing = new Standing();
    if (checkpoint != null) {
      standing = checkpoint.standing();
      lecture.course().resume(checkpoint.course());
      journal.resume(checkpoint.state().seconds(), standing.bestStep);
    }
    clock.begin(checkpoint == null ? 0 : checkpoint.state().seconds());
    boolean stopped = new TrainingLoop(torch, student, lecture.course(), lecture.lessons(),
        new Schedule(request.length(), request.learning().rate()), request.learning(), clock,
        journal, lecture.easel(student, workspace.previews()), standing).run();
    if (standing.bestStep == 0) {
      workspace.delete();
      throw new IllegalArgumentException("Training for " + standing.step
          + " steps did not lower the held-out loss, so nothing was written. Train longer, or "
          + "with another learning rate than " + request.learning().rate() + ".");
    }
    TrainingResult result = result(request, layers, student, standing, stopped, clock);
    clock.stage(Stage.WRITING);
    try (SafetensorsFile best =
        SafetensorsFile.open(Journal.best(workspace, standing.bestStep))) {
      TrainedModel.write(classroom.model(), request.to(), best, json,
          workspace.previews(), Provenance.of(request, lecture.rollouts(), layers, result));
    }
    return result;
  }

  private static TrainingResult result(TrainingRequest request, TrainedLayers layers,
      StudentNetwork student, Standing standing, boolean stopped, TrainingClock clock) {
    Path folder = request.to().toAbsolutePath();
    Path previews = folder.resolve(Workspace.PREVIEWS);
    return new TrainingResult(folder, folder.resolve(TrainedModel.RECIPE),
        layers.modules().size(), student.trained(), standing.step, clock.trained(),
        standing.before(), standing.best, standing.bestStep, stopped, standing.curve,
        standing.pictures.stream()
            .map(p -> new RunProgress.Pictures(previews.resolve(p.student().getFileName()),
                previews.resolve(p.teacher().getFileName()), p.step()))
            .toList());
  }
}
