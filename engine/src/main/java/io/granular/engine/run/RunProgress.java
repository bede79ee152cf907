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
 * @param learning where training stands; null in other runs
 */
public record RunProgress(Stage stage, int step, int steps, double elapsedSeconds,
    double remainingSeconds,
    @Nullable Path preview, @Nullable Learning learning) {
  /** Of a run that does not train. */
  public RunProgress(Stage stage, int step, int steps, double elapsedSeconds,
      double remainingSeconds, @Nullable Path preview) {
    this(stage, step, steps, elapsedSeconds, remainingSeconds, preview, null);
  }

  /**
   * Where training stands. Losses are mean squared errors of the student's predictions against the teacher's.
   *
   * @param loss of the last step's lessons
   * @param before of lessons that are held out, before training
   * @param heldOut of the same lessons, when they were last asked
   * @param best smallest so far
   */
  public record Learning(double loss, double before, double heldOut, double best) {}

  /** The stages of a run, in the order in which they begin; networks are quantized before each stage that needs them. */
  public enum Stage {
    STARTING, LOADING, CALIBRATING, ANALYZING, TRAINING, QUANTIZING, TEXT, STEPS, DECODING, WRITING
  }
}
