package io.granular.engine.train;

import io.granular.engine.run.RunRequest;
import io.granular.engine.run.SamplerChoice;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to train and how long. Null means: as the model's own configuration says.
 *
 * @param model {@code demo} or a diffusers folder
 * @param recipe id of a built-in recipe or path of a recipe file
 * @param to folder for the trained model; must not exist or be empty
 * @param minutes how long; null if {@code steps} says it
 * @param steps how many steps; null if {@code minutes} says it
 * @param rate highest learning rate
 * @param batch evaluations of the sampler in one step, each of them two samples with guidance
 * @param modules patterns of full module names; of the modules that could be trained only those that one of them matches;
 *     empty for all
 * @param minSnr gamma of min-SNR weighting; null weighs all timesteps alike
 * @param prompts text file with a prompt per line; null for the model's own and those that ship with Granular
 * @param seed of everything that is drawn
 * @param samplerSteps sampler steps of the teacher's trajectories
 * @param guidance classifier-free guidance scale of the teacher's trajectories
 * @param width pixels
 * @param height pixels
 * @param threads computing threads; 0 for the number of cores
 */
public record TrainingRequest(String model, String recipe, Path to, @Nullable Double minutes,
    @Nullable Integer steps, double rate, int batch, List<String> modules,
    @Nullable Double minSnr, @Nullable Path prompts, long seed, @Nullable Integer samplerSteps,
    @Nullable Double guidance, @Nullable Integer width, @Nullable Integer height, int threads) {
  public TrainingRequest {
    modules = List.copyOf(modules);
    if ((minutes == null) == (steps == null)) {
      throw new IllegalArgumentException("training takes so many minutes or so many steps");
    }
    if (batch < 1 || !(rate > 0) || (steps != null && steps < 1)
        || (minutes != null && !(minutes > 0)) || (minSnr != null && !(minSnr > 0))) {
      throw new IllegalArgumentException(
          "batch, learning rate, minutes, steps and the gamma of min-SNR are positive");
    }
  }

  /** The same with so many computing threads. */
  public TrainingRequest withThreads(int count) {
    return new TrainingRequest(model, recipe, to, minutes, steps, rate, batch, modules, minSnr,
        prompts, seed, samplerSteps, guidance, width, height, count);
  }

  /** The generation whose trajectories are learned from; recipe, prompt and seed mean nothing. */
  RunRequest run() {
    return new RunRequest(model, null, recipe, "", "", 0, samplerSteps, guidance, width, height,
        SamplerChoice.MODEL_DEFAULT, threads, null, null, false, Path.of(""));
  }
}
