package io.granular.engine.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands.
 *
 * @param stage what is being done now
 * @param step network steps finished, 0 to {@code steps}
 * @param steps network steps in all
 * @param elapsedSeconds since the run started, measured
 * @param remainingSeconds estimate from the steps so far; NaN while unknown
 * @param preview PNG of the current estimate of the final picture, if this report brings one
 */
public record RunProgress(Stage stage, int step, int steps, double elapsedSeconds,
    double remainingSeconds,
    @Nullable Path preview) {

  /** The stages of a run, in the order in which they begin; networks are quantized before each stage that needs them. */
  public enum Stage {
    STARTING, LOADING, CALIBRATING, ANALYZING, QUANTIZING, TEXT, STEPS, DECODING, WRITING
  }
}
