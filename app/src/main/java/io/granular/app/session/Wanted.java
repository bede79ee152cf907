package io.granular.app.session;

import io.granular.engine.run.RunRequest;
import java.nio.file.Path;

/**
 * Everything that decides how one side's picture will look and what it will cost. Two equal values
 * would give the same picture, so a side is up to date while what is wanted equals what was run.
 *
 * @param model {@code demo}, a folder or a file
 * @param settings of the side
 * @param prompt the text
 * @param negative what to keep away from; may be empty
 * @param seed of the initial noise
 * @param threads computing threads; 0 for the number of cores
 */
public record Wanted(String model, SideSettings settings, String prompt, String negative, long seed,
    int threads) {
  /** The request to the engine. */
  public RunRequest request(boolean previews, Path output) {
    Sampling sampling = settings.sampling();
    String used = settings.model(model);
    return new RunRequest(used, null, settings.recipe(), prompt, negative, seed, sampling.steps(),
        sampling.guidance(), sampling.width(), sampling.height(), sampling.choice(), threads, null,
        null, previews, output).withCalibration(settings.calibration(used));
  }
}
