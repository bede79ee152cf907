package io.granular.engine.train;

import io.granular.engine.run.RunRequest;
import io.granular.engine.run.SamplerChoice;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to train and how long. {@link #usual} has everything that is usual, to be changed by the methods whose names begin
 * with {@code with}.
 *
 * @param model {@code demo} or a diffusers folder
 * @param recipe id of a built-in recipe or path of a recipe file
 * @param to folder for the trained model; must not exist or be empty
 * @param length how long
 * @param learning how a step learns
 * @param objective what is predicted
 * @param trained what changes
 * @param sampling how pictures are made
 * @param economy what saves memory
 * @param preview picture that is drawn now and then; null for none
 * @param checkpointMinutes minutes between checkpoints, which an interrupted training is resumed from; 0 for none
 * @param seed of everything that is drawn
 * @param threads computing threads; 0 for the number of cores
 */
public record TrainingRequest(String model, String recipe, Path to, Length length,
    Learning learning, Objective objective, Trained trained, Sampling sampling, Economy economy,
    @Nullable Preview preview, double checkpointMinutes, long seed, int threads) {
  /** Minutes between checkpoints. */
  public static final double USUAL_CHECKPOINTS = 5;

  /** @throws IllegalArgumentException if the interval is negative */
  public TrainingRequest {
    if (!(checkpointMinutes >= 0)) {
      throw new IllegalArgumentException("the minutes between checkpoints are not negative");
    }
  }

  /** Distillation without data of all weights that become integers. */
  public static TrainingRequest usual(String model, String recipe, Path to, Length length) {
    return new TrainingRequest(model, recipe, to, length, Learning.USUAL, Objective.USUAL,
        Trained.USUAL, Sampling.MODEL_DEFAULT, Economy.NONE, null, USUAL_CHECKPOINTS, 0, 0);
  }

  /** The same that learns otherwise. */
  public TrainingRequest withLearning(Learning other) {
    return new TrainingRequest(model, recipe, to, length, other, objective, trained, sampling,
        economy, preview, checkpointMinutes, seed, threads);
  }

  /** The same with another objective. */
  public TrainingRequest withObjective(Objective other) {
    return new TrainingRequest(model, recipe, to, length, learning, other, trained, sampling,
        economy, preview, checkpointMinutes, seed, threads);
  }

  /** The same that trains something else. */
  public TrainingRequest withTrained(Trained other) {
    return new TrainingRequest(model, recipe, to, length, learning, objective, other, sampling,
        economy, preview, checkpointMinutes, seed, threads);
  }

  /** The same with other pictures. */
  public TrainingRequest withSampling(Sampling other) {
    return new TrainingRequest(model, recipe, to, length, learning, objective, trained, other,
        economy, preview, checkpointMinutes, seed, threads);
  }

  /** The same that saves memory otherwise. */
  public TrainingRequest withEconomy(Economy other) {
    return new TrainingRequest(model, recipe, to, length, learning, objective, trained, sampling,
        other, preview, checkpointMinutes, seed, threads);
  }

  /** The same with another preview, or none. */
  public TrainingRequest withPreview(@Nullable Preview other) {
    return new TrainingRequest(model, recipe, to, length, learning, objective, trained, sampling,
        economy, other, checkpointMinutes, seed, threads);
  }

  /** The same with so many minutes between checkpoints; 0 for none. */
  public TrainingRequest withCheckpoints(double minutes) {
    return new TrainingRequest(model, recipe, to, length, learning, objective, trained, sampling,
        economy, preview, minutes, seed, threads);
  }

  /** The same with another seed. */
  public TrainingRequest withSeed(long other) {
    return new TrainingRequest(model, recipe, to, length, learning, objective, trained, sampling,
        economy, preview, checkpointMinutes, other, threads);
  }

  /** The same with so many computing threads. */
  public TrainingRequest withThreads(int count) {
    return new TrainingRequest(model, recipe, to, length, learning, objective, trained, sampling,
        economy, preview, checkpointMinutes, seed, count);
  }

  /** The generation whose trajectories are learned from; recipe, prompt and seed mean nothing. */
  RunRequest run() {
    return new RunRequest(model, null, recipe, "", "", 0, sampling.steps(), sampling.guidance(),
        sampling.width(), sampling.height(), SamplerChoice.MODEL_DEFAULT, threads, null, null,
        false, Path.of(""));
  }
}
