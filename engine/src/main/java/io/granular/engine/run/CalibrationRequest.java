package io.granular.engine.run;

import io.granular.engine.calibrate.SamplePlan;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to calibrate, and on what. Null means: as the model's own configuration says.
 *
 * @param model as in {@link RunRequest}
 * @param config as in {@link RunRequest}
 * @param prompts text file with one prompt per line; null for the built-in ones, unless {@code images} is given
 * @param images folder of pictures, each with its caption in a {@code .txt} file of the same name; null for prompts
 * @param samples evaluations of the U-Net to observe, at least
 * @param seed of the first trajectory's noise
 * @param excludeStartToken whether cross-attention's keys and values are observed without the start-of-text token
 * @param guidance classifier-free guidance scale
 * @param width pixels
 * @param height pixels
 * @param threads computing threads; 0 for the number of cores
 */
public record CalibrationRequest(String model, @Nullable Path config, @Nullable Path prompts,
    @Nullable Path images, int samples, long seed, boolean excludeStartToken,
    @Nullable Double guidance, @Nullable Integer width, @Nullable Integer height, int threads) {
  private static final long USUAL_SEED = 0;

  public CalibrationRequest {
    if (prompts != null && images != null) {
      throw new IllegalArgumentException("calibrate on prompts or on images, not on both");
    }
  }

  /** What a run with a static recipe calibrates on if nobody has calibrated before. */
  public static CalibrationRequest usual(String model, @Nullable Path config, int threads) {
    return new CalibrationRequest(model, config, null, null, SamplePlan.USUAL, USUAL_SEED, false,
        null, null, null, threads);
  }
}
