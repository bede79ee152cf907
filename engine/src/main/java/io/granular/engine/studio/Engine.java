package io.granular.engine.studio;

import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunRequest;
import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.UnfinishedTraining;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the studio and the command line call. Methods that only look at files return their answer
 * and may take up to a second, so a window calls them off its own thread; generation returns at
 * once and reports to a listener.
 */
public interface Engine extends AutoCloseable {
  /**
   * Opens a model far enough to describe it.
   *
   * @param model {@code demo}, a diffusers folder, or a single-file checkpoint
   * @throws EngineException if it cannot be read; the message names the file and the remedy
   */
  ModelInfo info(String model);

  /** The recipes that ship with Granular, in the order they are offered. */
  List<RecipeInfo> recipes();

  /**
   * Resolves a recipe against a model; nothing is run.
   *
   * @param model as in {@link #info}
   * @param recipe the id of a built-in recipe, or the path of a recipe file
   * @param calibration file with the ranges of static schemes; null for those of the usual calibration, if it has been
   *     made
   */
  PlanSummary plan(String model, String recipe, @Nullable Path calibration);

  /** As above, with the usual calibration. */
  default PlanSummary plan(String model, String recipe) {
    return plan(model, recipe, null);
  }

  /**
   * Looks at the numbers of one module's weight as they are stored; nothing is run.
   *
   * @param model as in {@link #info}
   * @param module full name, e.g. {@code unet.conv_in}
   * @throws EngineException if there is no such module or its weight cannot be read
   */
  ModuleWeights moduleWeights(String model, String module);

  /**
   * What calibration saw at the input of a layer with a static scheme; nothing is run.
   *
   * @param model as in {@link #info}
   * @param recipe as in {@link #plan}
   * @param calibration as in {@link #plan}
   * @param module full name, e.g. {@code unet.conv_in}
   * @return null if the recipe gives the module no static scheme, or its input has not been observed
   */
  @Nullable
  ModuleRanges moduleRanges(String model, String recipe, @Nullable Path calibration,
      String module);

  /**
   * Starts one side in a worker process. Listener calls arrive on a background thread, in order,
   * and none arrives after the outcome has completed.
   */
  Run start(RunRequest request, RunListener listener);

  /**
   * Observes a model's layers over denoising trajectories, which gives the ranges of static schemes. What was made before
   * from the same model and settings is not made again.
   */
  CalibrationRun calibrate(CalibrationRequest request, RunListener listener);

  /**
   * Measures which modules of a recipe matter, in a worker process. The listener hears of
   * measurements as of a run's steps; as with {@link #start}, none arrives after the outcome.
   */
  AnalysisRun analyze(AnalysisRequest request, RunListener listener);

  /**
   * Trains a model's U-Net for a recipe, in a worker process, and writes it as a model of its own.
   *
   * @param listener hears of every step, with losses
   */
  TrainingRun train(TrainingRequest request, RunListener listener);

  /**
   * What a training would take; nothing is run.
   *
   * @throws EngineException if it could not be done, with the reason
   */
  TrainingEstimate estimateTraining(TrainingRequest request);

  /** Trainings that were interrupted, with their last checkpoints, the newest first; none that is under way. */
  List<UnfinishedTraining> unfinishedTrainings();

  /**
   * Goes on with an interrupted training as if it had not been interrupted.
   *
   * @param folder of an {@link UnfinishedTraining}, or the place of its trained model
   * @param listener as in {@link #train}
   */
  TrainingRun resumeTraining(Path folder, RunListener listener);

  /**
   * Deletes an interrupted training's checkpoints.
   *
   * @param folder as in {@link #resumeTraining}
   * @throws EngineException if it is none, or is under way
   */
  void discardTraining(Path folder);

  /**
   * Measures candidate recipes in every unit about which they differ, one recipe after the other. What was measured
   * before in the same way is not measured again.
   */
  BudgetRun measureBudget(BudgetRequest request, RunListener listener);

  /** Solves budgets with what was measured; plans the candidates, which may take a second. */
  BudgetSolver budget(Sensitivities measured);

  /** What this machine offers: kernels, threads, memory. Answers from a cache after the first call. */
  EngineInfo engineInfo();

  /** Ends all workers. */
  @Override
  void close();
}
