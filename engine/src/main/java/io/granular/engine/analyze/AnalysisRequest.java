package io.granular.engine.analyze;

import io.granular.engine.run.RunRequest;
import io.granular.engine.run.SamplerChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to measure about a recipe. Null means: as the model's own configuration says.
 *
 * @param model as in {@link RunRequest}
 * @param config as in {@link RunRequest}
 * @param recipe id of a built-in recipe or path of a recipe file
 * @param measures what to measure; the effect of the whole recipe is measured in any case
 * @param by what is quantized or restored together
 * @param modules full names of the modules to measure; empty for those that the recipe quantizes or, if it quantizes none,
 *     for all whose kernel differs from full precision's
 * @param quick measure the error of single U-Net evaluations on full-precision latents, not of whole trajectories
 * @param prompts file with a prompt per line; null for the model's own and then those that ship with Granular
 * @param promptCount how many of them, from the first
 * @param seeds each prompt is generated from each of them
 * @param steps sampler steps
 * @param guidance classifier-free guidance scale
 * @param width pixels
 * @param height pixels
 * @param sampler sampler and its options
 * @param calibration file with the ranges of static schemes
 * @param kept file in which finished measurements are kept, so that an analysis that was ended goes on from there and one
 *     that is asked for again is there at once; null for none
 * @param threads computing threads; 0 for the number of cores
 */
public record AnalysisRequest(String model, @Nullable Path config, String recipe,
    Set<Measure> measures, Grouping by, List<String> modules, boolean quick,
    @Nullable Path prompts, int promptCount, List<Long> seeds, @Nullable Integer steps,
    @Nullable Double guidance, @Nullable Integer width, @Nullable Integer height,
    SamplerChoice sampler, @Nullable Path calibration, @Nullable Path kept, int threads) {
  public AnalysisRequest {
    measures = Set.copyOf(measures);
    modules = List.copyOf(modules);
    seeds = List.copyOf(seeds);
    if (promptCount < 1 || seeds.isEmpty()) {
      throw new IllegalArgumentException("an analysis needs at least one prompt and one seed");
    }
  }

  /** A request for a quick look that a window can wait for: signal to noise and sensitivity by block. */
  public static AnalysisRequest quick(String model, String recipe) {
    return new AnalysisRequest(model, null, recipe, Set.of(Measure.SQNR, Measure.SENSITIVITY),
        Grouping.BLOCK, List.of(), true, null, 1, List.of(0L), null, null, null, null,
        SamplerChoice.MODEL_DEFAULT, null, null, 0);
  }

  /** The same with another calibration. */
  public AnalysisRequest withCalibration(@Nullable Path file) {
    return new AnalysisRequest(model, config, recipe, measures, by, modules, quick, prompts,
        promptCount, seeds, steps, guidance, width, height, sampler, file, kept, threads);
  }

  /** The same, keeping finished measurements in another file. */
  public AnalysisRequest withKept(@Nullable Path file) {
    return new AnalysisRequest(model, config, recipe, measures, by, modules, quick, prompts,
        promptCount, seeds, steps, guidance, width, height, sampler, calibration, file, threads);
  }

  /** The same with so many threads. */
  public AnalysisRequest withThreads(int count) {
    return new AnalysisRequest(model, config, recipe, measures, by, modules, quick, prompts,
        promptCount, seeds, steps, guidance, width, height, sampler, calibration, kept, count);
  }

  /** The generation that is repeated; recipe, prompt and seed mean nothing. */
  RunRequest run() {
    return new RunRequest(model, config, recipe, false, "", "", 0, steps, guidance, width, height,
        sampler, threads, null, null, false, Path.of(""), calibration);
  }
}
